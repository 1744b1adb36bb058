"""Letters: their words, in plain text and HTML. Whatever a stranger typed stands in them as one inert line."""

import textwrap
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from html import escape
from uuid import UUID

import msgspec

WIDTH = 72
MAX_QUOTED = 80  # enough to know one's organisation by, too little for a message of somebody else's
# Why a letter was written, as its row says.
CONFIRM_SIGNATURE, CONFIRM_CHAMPION = "confirm-signature", "confirm-champion"


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One letter to one address; `id` makes a second sending of the same letter recognisable."""

    id: UUID
    written_at: datetime
    to: str
    subject: str
    text: str
    html: str


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What every letter has: its id, its time, its recipient."""

    id: UUID
    written_at: datetime
    to: str


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """What a letter asks to have confirmed, and how: the page at `page` takes the token after # or pasted."""

    organisation: str
    reference: str
    page: str
    token: str
    confirm_by: date


def letter_to_signatory(envelope: Envelope, asked: Invitation, *, is_champion: bool) -> Letter:
    """Asks whoever signed to confirm it; as champion too, where she named herself."""
    champion = "You also named yourself its champion; one confirmation serves for both." if is_champion else ""
    return _letter(
        envelope,
        f"Confirm your signature of the Women's Night Safety Charter ({asked.reference})",
        [
            "Hello,",
            f"somebody signed the Women's Night Safety Charter for {quoted(asked.organisation)} and gave this address. "
            f"The reference is {asked.reference}. {champion}".rstrip(),
            f"If that was you, please confirm it by {_long(asked.confirm_by)}:",
        ],
        asked,
        "If it was not you, do nothing: an unconfirmed signature is deleted after 30 days, and so is this address.",
    )


def letter_to_champion(envelope: Envelope, asked: Invitation) -> Letter:
    """Asks whoever was named champion whether she takes the role."""
    return _letter(
        envelope,
        f"You were named champion for the Women's Night Safety Charter ({asked.reference})",
        [
            "Hello,",
            f"{quoted(asked.organisation)} signed the Women's Night Safety Charter and named you as the champion who "
            f"promotes women's night safety there. The reference is {asked.reference}. Your name and address are "
            "never made public.",
            f"If you take the role, please confirm it by {_long(asked.confirm_by)}:",
        ],
        asked,
        "If you do not, do nothing, or tell whoever signs for the organisation to name somebody else.",
    )


def quoted(name: str) -> str:
    """A name as part of a sentence: one line of visible characters, in quotes, cut where it is long.

    >>> quoted("The Lamb\\r\\nBcc: x")
    '"The Lamb Bcc: x"'
    """
    visible = "".join(" " if unicodedata.category(letter) in UNSEEN else letter for letter in name)
    line = " ".join(visible.split())
    # Mail programs turn addresses into links by themselves; a space takes the bait away.
    line = line.replace("://", ": //").replace("www.", "www ")
    # Straight quotes keep a letter in ASCII, and with it the link in one piece in the raw mail.
    return f'"{line if len(line) <= MAX_QUOTED else line[: MAX_QUOTED - 3] + "..."}"'


# Controls, format characters (which turn text round or hide it), lone surrogates, and separators of lines.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def _letter(envelope: Envelope, subject: str, opening: Sequence[str], asked: Invitation, closing: str) -> Letter:
    # After # the code reaches no server and no log; without JavaScript it is pasted, so it stands alone too.
    link = f"{asked.page}#{asked.token}"
    paste = f"If the link does not open, go to {asked.page} and paste this code:"
    return Letter(
        id=envelope.id,
        written_at=envelope.written_at,
        to=envelope.to,
        subject=subject,
        text=_as_text([*opening, link, paste, asked.token, closing]),
        html=_as_html(
            subject, [*map(escape, opening), _anchor(link), escape(paste), _code(asked.token), escape(closing)]
        ),
    )


def _as_text(paragraphs: Sequence[str]) -> str:
    """Paragraphs filled to WIDTH; a link or a code is one word and stays whole."""
    filled = [textwrap.fill(p, WIDTH, break_long_words=False, break_on_hyphens=False) for p in paragraphs]
    return "\n\n".join(filled) + "\n"


def _as_html(title: str, paragraphs: Sequence[str]) -> str:
    """Paragraphs that are escaped already."""
    marked = "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    head = f'<meta charset="utf-8"><title>{escape(title)}</title>'
    return f'<!doctype html>\n<html lang="en-GB"><head>{head}</head><body>\n{marked}\n</body></html>\n'


def _anchor(link: str) -> str:
    return f'<a href="{escape(link)}">{escape(link)}</a>'


def _code(token: str) -> str:
    return f"<code>{escape(token)}</code>"


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
