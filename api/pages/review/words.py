"""The words of the review desk: states as tags, and each problem as what it means and what to do about it."""

from typing import Any

from api.pages.actions.words import labels_of
from audits.errors import UnknownInstrument

STATES: dict[str, tuple[str, str]] = {
    "incomplete": ("Incomplete", "govuk-tag--grey"),
    "received": ("Received", "govuk-tag--blue"),
    "quarantined": ("Quarantined", "govuk-tag--yellow"),
    "accepted": ("Accepted", "govuk-tag--green"),
    "rejected": ("Rejected", "govuk-tag--red"),
}
LEGS = {"light": "In daylight", "dark": "After dark"}

REVISION_STATES: dict[str | None, str] = {
    None: "Its phone sent it after the review had begun, and nobody has decided about it yet.",
    "taken": "It was taken over.",
    "left": "It was left, and the walk stands as it was.",
    "replaced": "This is what stood before a later version was taken over.",
}

# What a flagged note may be read for, and what may become of it: in a few words, and what that means.
READ_FOR = {
    "deciding": "To decide what becomes of it",
    "helping": "To find help for whoever it is about",
    "checking": "To check an earlier decision",
}
NOTE_DECISIONS: dict[str, tuple[str, str]] = {
    "restricted": ("It stays restricted", "Only named reviewers read it, and nothing of it is quoted."),
    "safeguarding": ("Referred to help", "It stays restricted. Write down whom you told, and when."),
    "redacted": (
        "A version of it is open",
        "The note stays restricted. What you write instead is read by whoever reviews the walk, and quoted only when "
        "they find it fit.",
    ),
    "returned": ("Flagged by mistake", "The note becomes an ordinary one, which whoever reviews the walk reads."),
}
HANDLED = {
    "note flagged": "flagged the note at the review desk",
    "flagged note read": "read the note",
    **{f"flagged note {key}": f"decided: {said[0].lower()}" for key, said in NOTE_DECISIONS.items()},
}

# Why walks are not accepted together, or were left when they were to be.
LEFT_BECAUSE = {
    "problems": "with problems, which say what to do on the walk’s page",
    "photos": "with photos that nobody has decided about",
    "notes": "with notes that nobody has decided about",
    "flagged": "with notes that are restricted to named reviewers",
    "revisions": "with a later version that nobody has decided about",
    "decided": "decided about by somebody else meanwhile",
    "absent": "not in this programme, or not there any more",
}
# Each problem in a few words, for lists.
PROBLEMS = {
    "stop-outside-area": "a stop outside the area",
    "impossible-speed": "a stop that jumped",
    "clock-off": "the phone’s clock was off",
    "starts-in-future": "begins in the future",
    "times-reversed": "ends before it begins",
    "unknown-instrument": "unknown version of the questions",
    "unknown-factor": "an answer to an unknown question",
    "score-off-scale": "a score off the scale",
    "leg-contradicts-sun": "leg and light disagree",
    "outside-programme-dates": "outside the programme’s dates",
    "device-revoked": "the phone was signed out",
}

# What a problem means for whoever reviews it, and what she can do.
ADVICE: dict[str, str] = {
    "stop-outside-area": "If the group stood in the area, move the stop to where it was. If it did not, accept the "
    "walk all the same: the stop’s scores stay, without a place.",
    "impossible-speed": "Usually one stop’s position jumped. Compare it with its neighbours on the map, and move it.",
    "clock-off": "The phone’s clock was wrong. If the leg and the light of the stops agree with what the group says, "
    "accept; if you cannot tell which night it was, reject.",
    "starts-in-future": "The phone’s clock was ahead. Accept only if the night is known to be right.",
    "times-reversed": "The phone’s clock was set during the walk. Accept if the night is right.",
    "unknown-instrument": "A version of the questions that we do not know: the scores are kept and count nowhere.",
    "unknown-factor": "An answer to a question that this version does not ask: it is kept and counts nowhere.",
    "score-off-scale": "A score that is not 0 to 3: it is kept and counts nowhere. The other scores are sound.",
    "leg-contradicts-sun": "The group chose the wrong leg, or the clock was off. Only the measured light counts in "
    "evidence, so accept if the times are right.",
    "outside-programme-dates": "Walked before the programme opened or after it closed. Accept if that was agreed.",
    "device-revoked": "The phone was signed out while this was on its way. Accept if its auditor says it is her walk.",
}
NO_ADVICE = "Decide by what the group says."


def state_tag(state: str) -> dict[str, Any]:
    """A walk's state as GOV.UK's tag takes it."""
    text, classes = STATES[state]
    return {"text": text, "classes": classes}


def advice(code: str) -> str:
    """What to do about a problem."""
    return ADVICE.get(code, NO_ADVICE)


def handled_said(action: str, purpose: str | None) -> str:
    """What somebody did with a flagged note, and what for."""
    said = HANDLED.get(action, action)
    return f"{said}, {READ_FOR[purpose].lower()}" if purpose in READ_FOR else said


def labels_known(version: int) -> dict[str, str]:
    """The labels of a version's factors; none where it was never published, as a quarantined walk may name it."""
    try:
        return labels_of(version)
    except UnknownInstrument:
        return {}


def counted(number: int, one: str, many: str) -> str:
    """A number with its word, such as 1 stop or 5 stops."""
    return f"{number} {one if number == 1 else many}"
