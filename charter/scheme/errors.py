"""What can go wrong at the scheme's desk; each message says what to do next."""

from collections.abc import Sequence

from charter.errors import CharterError, FieldError


class NotDone(CharterError):
    """What was typed at the scheme's desk cannot be taken as it stands; `errors` names the fields."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("Nothing was done. Put the fields named in errors right and send it again.")
        self.errors = tuple(errors)


class DecidedMeanwhile(CharterError):
    """Somebody else at the desk was quicker, or time was."""

    def __init__(self) -> None:
        super().__init__("Somebody else has decided this meanwhile, or it has changed. Look at the list again.")


class NoSuchPair(CharterError):
    """There is no such pair of signatures to be compared."""

    def __init__(self) -> None:
        super().__init__("There is no such pair of signatures. One of them may have been deleted. Look at the list.")


class NobodyToWriteTo(CharterError):
    """Everybody who stood for it has left or never confirmed, so that a letter would reach nobody."""

    def __init__(self) -> None:
        super().__init__("Nobody who confirmed stands for this organisation now, so there is nobody to write to.")
        self.errors = (FieldError("text", str(self)),)


class WordingTaken(CharterError):
    """A wording of that version was published before; published words never change."""

    def __init__(self) -> None:
        super().__init__("A wording of that version was published before. Give this one another version.")
        self.errors = (FieldError("version", str(self)),)
