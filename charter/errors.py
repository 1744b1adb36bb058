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


class UnreadableFilter(CharterError):
    """A filter or cursor of the register is not written as the contract says."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.errors = (FieldError(field, message),)


class UnacceptableFilter(UnreadableFilter):
    """A filter that can be read but names nothing: an unknown borough or sector, a box upside down."""
