"""What can be wrong with a file of places, or with asking for one."""

from collections.abc import Iterable

from geo.errors import GeoError


class NoSuchPlace(GeoError):
    """There is no place of that number."""


class FileOfPlacesError(GeoError):
    """The file cannot be imported; nothing of it was."""


class WrongFile(FileOfPlacesError):
    """The file is of another kind than the one asked for."""

    def __init__(self, what: str, *, expected: Iterable[str], missing: Iterable[str], found: str) -> None:
        needed = ", ".join(expected)
        lacking = ", ".join(missing)
        gap = "" if lacking == needed else f"; missing {lacking}"
        super().__init__(f"This is not {what}: expected {needed}{gap}; found {found}.")


class UnreadableFile(FileOfPlacesError):
    """The file is damaged, or not text in UTF-8."""


class FileTooLarge(FileOfPlacesError):
    """The file is larger than any of its kind."""


class NothingToImport(FileOfPlacesError):
    """The file is of the right kind, but none of its rows can be used."""

    def __init__(self, reasons: Iterable[object]) -> None:
        why = "; ".join(str(reason) for reason in reasons) or "it has no rows"
        super().__init__(f"No row of the file can be used: {why}.")
