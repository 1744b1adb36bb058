"""Words made fit for print: what no font of ours can draw becomes U+FFFD, so that one character never stops a report.

PDF/UA and PDF/A forbid text without a glyph, and some characters outright (ISO 14289-1, 7.21.8; ISO 19005-2, 6.2.11.8).
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

# All are under the SIL Open Font License 1.1.
FONT_PACKAGES = ("fontpkg_atkinson_hyperlegible", "manimgx_fonts", "manimgx_fonts_cjk")
# In the order in which a letter looks for its shape; emoji are drawn in one colour, as the rest of a page is.
FAMILIES = (
    "Atkinson Hyperlegible",
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans Armenian",
    "Noto Sans Bengali",
    "Noto Sans Devanagari",
    "Noto Sans Ethiopic",
    "Noto Sans Georgian",
    "Noto Sans Gujarati",
    "Noto Sans Gurmukhi",
    "Noto Sans Hebrew",
    "Noto Sans Kannada",
    "Noto Sans Khmer",
    "Noto Sans Lao",
    "Noto Sans Malayalam",
    "Noto Sans Myanmar",
    "Noto Sans Oriya",
    "Noto Sans Sinhala",
    "Noto Sans Tamil",
    "Noto Sans Telugu",
    "Noto Sans Thai",
    "Noto Sans CJK SC",
    "Noto Sans Symbols",
    "Noto Emoji",
)
REPLACEMENT = "\ufffd"
# Joiners shape letters in many scripts and need no glyph; every other invisible control could make print lie.
JOINERS = "\u200c\u200d"
INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
# A word longer than a line would leave the page: it may break after so many letters.
LONGEST_WORD = 24
LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD}}}(?=\S)")
BREAK = "\u200b"


@cache
def font_folders() -> tuple[str, ...]:
    """Where our fonts lie: the folders of their packages."""
    folders = [Path(str(files(package))) for package in FONT_PACKAGES]
    return tuple(str(folder / "files" if (folder / "files").is_dir() else folder) for folder in folders)


@cache
def drawable() -> frozenset[int]:
    """Every code point that one of our upright fonts has a glyph for."""
    covered: set[int] = set()
    for path in _upright_fonts():
        # A collection's fonts draw the same letters, each in the manner of another country.
        with TTFont(path, lazy=True, fontNumber=0) as font:
            covered |= set(font.getBestCmap())
    return frozenset(covered)


def printable(words: str) -> str:
    """The words with what cannot be printed replaced, on one line, and free to break where a word is too long."""
    plain = "".join(map(_letter, unicodedata.normalize("NFC", words)))
    return LONG_WORD.sub(lambda found: found[0] + BREAK, plain)


def visible(words: str) -> str:
    """The words for a screen, which has fonts of its own: on one line, without what hides or turns text round."""
    return "".join(map(_shown, unicodedata.normalize("NFC", words)))


def all_printable(value: Any, made: Callable[[str], str] = printable) -> Any:
    """The same, of every text within lists and dictionaries of text."""
    if isinstance(value, str):
        return made(value)
    if isinstance(value, dict):
        return {key: all_printable(part, made) for key, part in value.items()}
    return [all_printable(part, made) for part in value] if isinstance(value, list) else value


def _letter(letter: str) -> str:
    shown = _shown(letter)
    return shown if not shown or shown in JOINERS or ord(shown) in drawable() else REPLACEMENT


def _shown(letter: str) -> str:
    if letter.isspace():
        return " "
    if letter in JOINERS:
        return letter
    if unicodedata.category(letter) in INVISIBLE:
        return "" if unicodedata.category(letter) == "Cf" else REPLACEMENT
    return letter


def _upright_fonts() -> Iterable[Path]:
    for folder in font_folders():
        yield from (path for path in sorted(Path(folder).glob("*.tt[fc]")) if "Italic" not in path.name)
