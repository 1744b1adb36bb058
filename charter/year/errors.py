"""What can go wrong with reviewing and withdrawing; each message says what to do next."""

from collections.abc import Sequence

from charter.errors import CharterError, FieldError


class ReviewNotAcceptable(CharterError):
    """Not everything was looked at; `errors` names what is left."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("The review was not taken. Look at what errors names, and send it again.")
        self.errors = tuple(errors)


class ReviewNotOpen(CharterError):
    """A signatory that is suspended cannot review itself out of it."""

    def __init__(self) -> None:
        super().__init__(
            "The scheme has suspended this organisation. Its listing must be settled with the scheme first."
        )


class WithdrawalNotAcceptable(CharterError):
    """The withdrawal was not confirmed, or its reason is too long."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("Nothing was withdrawn. Put the fields named in errors right and send it again.")
        self.errors = tuple(errors)


class NotForADeputy(CharterError):
    """Leaving the charter is for whoever signed and for the champion."""

    def __init__(self) -> None:
        super().__init__("A deputy cannot withdraw the organisation. Ask its signatory or its champion to do it.")
