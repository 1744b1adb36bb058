"""What the scheme's desk writes to the people of an organisation."""

from charter.letters import Envelope, Letter, Link, Message, compose, quoted
from charter.year.letters import Concerned

# Why a letter was written, as its row says.
FROM_SCHEME, JOINED, NEW_WORDING = "from-scheme", "signatures-joined", "new-wording"
SUSPENDED, RESTORED = "suspended", "suspension-lifted"
STANDS = "you stand for an organisation that signed the Women's Night Safety Charter."


def letter_from_scheme(envelope: Envelope, *, concerned: Concerned, subject: str, text: str) -> Letter:
    """What somebody at the desk typed, in her own lines; her subject is quoted in ours."""
    return compose(
        envelope,
        f"The Women's Night Safety Charter scheme writes to you ({concerned.reference})",
        "Hello,",
        f"The people who look after the charter write to {quoted(concerned.name)} about {quoted(subject)}:",
        Message(text),
        Link("Open your desk", concerned.desk),
        why=STANDS,
    )


def letter_joined(envelope: Envelope, *, concerned: Concerned, into: str) -> Letter:
    """Tells the people of a repeated signature that the earlier one stands for both, and that theirs is over."""
    return compose(
        envelope,
        f"Your signature was joined with an earlier one ({concerned.reference})",
        "Hello,",
        f"{quoted(concerned.name)} had signed the Women's Night Safety Charter before, as {into}. The two signatures "
        f"are one now: {into} goes on, with the premises of both, and {concerned.reference} is over.",
        "Your name and address were erased with it. To keep the pledges from now on, ask whoever is champion under "
        f"{into} to hand over to you, or to name you as deputy.",
        why="this address was given with the signature that is over now.",
    )


def letter_suspended(envelope: Envelope, *, concerned: Concerned) -> Letter:
    """Tells that the listing is out of the register until a question is settled; the reason follows by itself."""
    return compose(
        envelope,
        f"Your organisation was suspended from the register ({concerned.reference})",
        "Hello,",
        f"The people who look after the Women's Night Safety Charter have suspended {quoted(concerned.name)}. Until "
        "that is settled it is not in the public register, and it has no certificate. Nothing that you wrote is lost.",
        "They write to you about the reason in a letter of its own.",
        Link("Open your desk", concerned.desk),
        why=STANDS,
    )


def letter_restored(envelope: Envelope, *, concerned: Concerned) -> Letter:
    """Tells that the suspension is over."""
    return compose(
        envelope,
        f"Your suspension was lifted ({concerned.reference})",
        "Hello,",
        f"The suspension of {quoted(concerned.name)} is over. Your desk shows where it stands, and whether its yearly "
        "review is due.",
        Link("Open your desk", concerned.desk),
        why=STANDS,
    )


def letter_new_wording(envelope: Envelope, *, concerned: Concerned, version: str, changes: str) -> Letter:
    """Invites to sign a newer wording; nothing is lost by leaving it."""
    return compose(
        envelope,
        f"The charter has a new wording, which you may sign ({concerned.reference})",
        "Hello,",
        f"The Women's Night Safety Charter was published in a new wording, {quoted(version)}. "
        f"{quoted(concerned.name)} signed an earlier one, and that signature stands as it is. What is new:",
        Message(changes),
        "If your organisation wants to sign the new wording, read it at your desk and confirm it there. If not, do "
        "nothing.",
        Link("Read the new wording", f"{concerned.desk}/wording"),
        why=STANDS,
    )
