"""What can go wrong at the review desk; each message says what to do next."""

from audits.errors import AuditError, NotAcceptable


class CorrectionNotAcceptable(NotAcceptable):
    """A stop cannot be moved there, or not without a reason; `errors` names the fields."""


class NoSuchStop(AuditError):
    """There is no such stop, or it is of a programme that is not the caller's; both are told alike."""

    def __init__(self) -> None:
        super().__init__("There is no such stop, or it is not yours to review.")


class StopMovedMeanwhile(AuditError):
    """A stop was moved by somebody else since it was read (412)."""

    def __init__(self) -> None:
        super().__init__("Somebody else has moved this stop since you read it. Look where it is now, then move it.")


class NoteDecisionNotAcceptable(NotAcceptable):
    """A decision about a flagged note lacks what it owes; `errors` names the fields."""


class NoSuchNote(AuditError):
    """There is no such note, or it is of a programme that is not the caller's; both are told alike."""

    def __init__(self) -> None:
        super().__init__("There is no such note, or it is not yours to review.")


class NotANamedReader(AuditError):
    """Somebody who was not named for a programme's flagged notes asked to read one (403)."""

    def __init__(self) -> None:
        super().__init__("This note is restricted to named reviewers. An administrator names them.")


class CannotNameOneself(AuditError):
    """An administrator would give herself what another should give her (409)."""

    def __init__(self) -> None:
        super().__init__("Nobody names herself. Ask another administrator to name you.")


class NoSuchRevision(AuditError):
    """The walk has no such later version, or is not the caller's; both are told alike."""

    def __init__(self) -> None:
        super().__init__("There is no such version of a walk, or it is not yours to review.")


class RevisionDecided(AuditError):
    """Somebody has decided about a later version already (409)."""


class RevisionNotTakeable(AuditError):
    """A later version cannot be taken over as it is (409)."""
