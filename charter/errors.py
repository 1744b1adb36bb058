"""What can go wrong with the charter; each message says what to do next."""

from collections.abc import Sequence
from typing import NamedTuple


class FieldError(NamedTuple):
    """One field that cannot be accepted, by its path (`premises[0].postcode`), and why. Never its content."""

    field: str
    message: str


class CharterError(Exception):
    """Anything that this slice says no to."""


class SignatureNotAcceptable(CharterError):
    """The signature can be read, but not accepted as it stands; `errors` names the fields."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("The signature was not taken. Put the fields named in errors right and send it again.")
        self.errors = tuple(errors)


class LinkIsOver(CharterError):
    """A link or code that was used, replaced, has run out, or was never given; all are told alike."""

    def __init__(self) -> None:
        # One sentence for all: whoever guesses must not learn which tokens were ever given.
        super().__init__(
            "This link was used before, was replaced by a newer one, or has run out. "
            "If your organisation is not in the register yet, sign again to be sent a new one."
        )


class NoSuchSignatory(CharterError):
    """There is no such signatory, or none that the public may see; both are told alike."""

    def __init__(self) -> None:
        super().__init__("There is no such signatory in the public register. Search it by name instead.")


class NotYourOrganisation(NoSuchSignatory):
    """There is no such organisation, or none that this person stands for; both are told alike."""

    def __init__(self) -> None:
        CharterError.__init__(
            self, "There is no such organisation among those that you stand for. Open your desk to see which there are."
        )


class WhichOrganisation(CharterError):
    """She stands for several organisations, and did not say which she means."""

    def __init__(self) -> None:
        super().__init__("You stand for several organisations. Say which one you mean: ?signatory=<its id>.")


class NotHeld(CharterError):
    """The signature is not held, or not any more."""

    def __init__(self) -> None:
        super().__init__("This signature is not held: it was released or refused meanwhile. Look at the list again.")


class NotCertified(CharterError):
    """The signature can be seen, but no certificate is given for it in its present state."""

    def __init__(self, state: str) -> None:
        why = {
            "lapsed": "This signature has lapsed. Its certificate is back once its champion did the yearly review.",
            "withdrawn": "This signature was withdrawn. An organisation that signs again is given a new certificate.",
        }
        super().__init__(why.get(state, "This signature has no certificate in its present state."))


class CertificateNotMade(CharterError):
    """The certificate could not be set; the reason is in the log."""

    def __init__(self) -> None:
        super().__init__("The certificate could not be set. The fault is ours and was logged; try again later.")


class UnreadableFilter(CharterError):
    """A filter or cursor of the register is not written as the contract says."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.errors = (FieldError(field, message),)


class UnacceptableFilter(UnreadableFilter):
    """A filter that can be read but names nothing: an unknown borough or sector, a box upside down."""


class PledgeNotAcceptable(CharterError):
    """How a pledge is said to be kept can be read, but cannot stand; `errors` names the fields."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("Nothing was changed. Put the fields named in errors right and send it again.")
        self.errors = tuple(errors)


class EvidenceUnreadable(CharterError):
    """Evidence is not of the shape that its pledge takes."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__("The evidence cannot be read. docs/reference.md shows what each pledge takes.")
        self.errors = (FieldError(field, message),)


class NoSuchPledge(CharterError):
    """The charter has seven pledges."""

    def __init__(self) -> None:
        super().__init__("There is no such pledge. They are numbered 1 to 7.")


class ChangedMeanwhile(CharterError):
    """Somebody else changed it after it was read."""

    def __init__(self) -> None:
        super().__init__("Somebody else has changed this since you opened it. Look at it again before you change it.")


class OrganisationWithdrew(CharterError):
    """It withdrew from the charter, so there is nothing to keep."""

    def __init__(self) -> None:
        super().__init__("This organisation withdrew from the charter. Sign again to take it up.")


class NoSuchEvidenceFile(CharterError):
    """There is no such picture, or it is another organisation's; both are told alike."""

    def __init__(self) -> None:
        super().__init__("There is no such picture among this pledge's evidence. It may have been removed.")


class EvidenceFileDiffers(CharterError):
    """Another picture has this id."""

    def __init__(self) -> None:
        super().__init__("Another picture was added under this id, and it stands. Send this one under a new id.")


class NomineeNotAcceptable(CharterError):
    """Whoever is named for a role cannot be, as she was written; `errors` names the fields."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("Nobody was named. Put the fields named in errors right and send it again.")
        self.errors = tuple(errors)


class NotThisRole(CharterError):
    """Whoever acts for the organisation may not do this in her role."""


class TooManyNamed(CharterError):
    """An organisation has had as many letters written to people it named as one day allows."""

    def __init__(self) -> None:
        super().__init__("Your organisation has named several people today. Try again tomorrow.")


class UnreadableSheet(CharterError):
    """A file of premises is no CSV, or its first row does not name the columns that are needed."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.errors = (FieldError("file", message),)


class PremisesNotAcceptable(CharterError):
    """Premises cannot be taken as they stand, so none of them were; `errors` names the fields."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("Nothing was changed. Put the fields named in errors right and send all of it again.")
        self.errors = tuple(errors)


class NoSuchPremises(CharterError):
    """There are no such premises, or they are another organisation's; both are told alike."""

    def __init__(self) -> None:
        super().__init__("There are no such premises among your organisation's. They may have been closed.")


class NobodyThere(CharterError):
    """Nobody is in that role, or waits to confirm it."""

    def __init__(self) -> None:
        super().__init__("There is nobody to do that for. She may have confirmed meanwhile, or another was named.")
