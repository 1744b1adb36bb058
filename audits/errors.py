"""What can go wrong with programmes, walks, photos and responses; each message says what to do next."""

from collections.abc import Sequence
from typing import NamedTuple


class FieldError(NamedTuple):
    """One field that cannot be accepted, by its path (`stops[2].location`), and why. Never its content."""

    field: str
    message: str


class AuditError(Exception):
    """Anything that this slice says no to."""


class NotAcceptable(AuditError):
    """It can be read, but not accepted as it stands (422); `errors` names the fields."""

    def __init__(self, message: str, errors: Sequence[FieldError]) -> None:
        super().__init__(message)
        self.errors = tuple(errors)


class WalkNotAcceptable(NotAcceptable):
    """The walk's facts contradict themselves or the globe: ids repeated, coordinates nowhere, texts too long."""


class UnknownProgramme(NotAcceptable):
    """There is no such programme, or the auditor does not belong to it; both are told alike."""

    def __init__(self) -> None:
        message = "You walk for no such programme. Redeem an invitation to it first."
        super().__init__(message, [FieldError("programme_id", message)])


class ProgrammeNotAcceptable(NotAcceptable):
    """The programme's place, dates, name, instrument or lead body cannot be as they were sent."""


class AreaTooLarge(AuditError):
    """The area is larger than a lead may commission (403)."""


class NoSuchProgramme(AuditError):
    """There is no such programme, or it is not the caller's; both are told alike."""


class PlanIsWalked(AuditError):
    """A plan would be changed after somebody walked by it, and stops would name what is not there any more."""

    def __init__(self) -> None:
        super().__init__("Somebody has walked by this plan already, so it stands. Plan a new programme instead.")


class ProgrammeClosed(AuditError):
    """Nobody can be invited to a programme that was closed."""


class InvitationNotAcceptable(NotAcceptable):
    """The invitation would expire before it is made, or says nothing of whom it is for."""


class NoSuchInvitation(AuditError):
    """The programme has no invitation of that number."""


class InvitationNotValid(AuditError):
    """An unknown, expired, withdrawn or full one, or a closed programme's (410).

    All are told alike, so that guessing tells nothing.
    """


class DevicesNotNamed(NotAcceptable):
    """A lead asked to revoke devices without saying whose."""


class NoSuchDevice(AuditError):
    """No such device is in use, or it is not the caller's to revoke; both are told alike."""


class IdTaken(NotAcceptable):
    """An id made by this phone already names something else."""


class UnknownInstrument(AuditError):
    """No instrument was published under that version."""


class NoSuchWalk(AuditError):
    """There is no such walk, or it is not the caller's; both are told alike."""


class WalkDiffers(AuditError):
    """Another walk was received under the same id."""


class PhotosMissing(AuditError):
    """The walk lists photos that were neither received, refused nor named in `without`."""


class NothingToReview(AuditError):
    """The walk or photo was named, but not all of it has come (409)."""


class DecisionNotAcceptable(NotAcceptable):
    """A rejection, or a changed decision, without a reason."""


class DeviceRevoked(AuditError):
    """A device that was signed out hands in a walk begun after that."""


class NoSuchPhoto(AuditError):
    """There is no such photo, or it is not the caller's to see."""


class PictureChanged(AuditError):
    """The photo was painted over after whoever decides about it had looked (412)."""

    def __init__(self) -> None:
        super().__init__("This photo was painted over since you looked at it. Look again, then decide.")


class CoverNotAcceptable(NotAcceptable):
    """A rectangle to be painted over lies outside the picture, or there is none, or there are too many."""


class CoverDiffers(AuditError):
    """Other rectangles were painted over under the same id (409)."""


class PhotoDiffers(AuditError):
    """Other bytes were received under the same photo's id."""


class PhotoMismatch(AuditError):
    """The bytes are not those that the digest or the walk announced."""


class DigestMissing(AuditError):
    """Bytes came without a SHA-256 digest that can be read, so damage on the way would stay unseen."""


class PhotoRefused(AuditError):
    """These bytes cannot become a photo (422): truncated, broken, or no picture at all."""


class PhotoOfAnotherKind(PhotoRefused):
    """The bytes are not the stated kind, or a kind that is not taken (415)."""


class PhotoTooLarge(PhotoRefused):
    """More bytes, pixels or memory than a photo may take (413)."""


class DarkroomBusy(AuditError):
    """Too many photos wait to be developed; this one should come again in a few seconds (503)."""


class PhotoStoreFull(AuditError):
    """There is no room to keep another photo (507)."""


class PhotoStoreUnavailable(AuditError):
    """The photo store cannot be read or written (503)."""


class NoSuchFile(AuditError):
    """The photo store holds nothing under that key."""


class ResponseNotAcceptable(NotAcceptable):
    """The response names what is not in its walk, or its text is too long."""


class NoSuchResponse(AuditError):
    """There is no such response, or it is not the caller's own."""


class ResponseDiffers(AuditError):
    """Another response was received under the same id."""


class ResponseAlreadyGiven(AuditError):
    """This auditor already gave a response at this stop, under another id."""


class NoSuchEdition(AuditError):
    """There is no such edition or file of it, or it is not the caller's to see; both are told alike."""


class EditionWithdrawn(AuditError):
    """It was withdrawn: its record and the reason stay, its files are no longer handed out (410)."""


class EditionNotReady(AuditError):
    """What was asked needs an edition that is ready (409)."""


class EditionNotAcceptable(NotAcceptable):
    """The edition cannot be made as asked: not whole months, a programme still open, one that is not there."""


class EvidenceNotAcceptable(NotAcceptable):
    """The question would say more about few people than may be said, or names a factor that nobody scores."""


class ReportNotMade(AuditError):
    """The report could not be set; the fault is ours and was logged."""
