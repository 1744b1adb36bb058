"""What proves that text stays text: the big list of naughty strings, and pages and letters read as a browser does."""

from collections import Counter
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import msgspec

# What a page of ours is made of; a tag or an attribute beyond these came out of somebody's answer.
ACTIVE = {"iframe", "object", "embed", "base", "marquee", "video", "audio", "math"}


def naughty(shared_data: Path) -> list[str]:
    """The big list of naughty strings, but for those that are blank."""
    return [text for text in msgspec.json.decode((shared_data / "text/blns.json").read_bytes()) if text.strip()]


def packed(texts: Iterable[str], room: int) -> Iterator[str]:
    """The texts one after the other, as many together as the room of a field takes.

    >>> list(packed(["a", "bc", "def", "g"], 4))
    ['a bc', 'def', 'g']
    """
    held = ""
    for text in texts:
        if held and len(held) + 1 + len(text) > room:
            yield held
            held = ""
        held = f"{held} {text}" if held else text
    yield held


def squeezed(text: str) -> str:
    """The text with one space wherever there is white space, as it is shown."""
    return " ".join(text.split())


class Reader(HTMLParser):
    """Reads a page as a browser does: its tags with their attributes' names, what could act, and its text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: Counter[str] = Counter()
        self.shape: Counter[tuple[str, ...]] = Counter()
        self.wrong: list[str] = []
        self.text: list[str] = []
        self.values: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count a tag, and note what could act."""
        names = dict(attrs)
        self.values += [value for value in names.values() if value]
        self.tags[tag] += 1
        if tag != "br":  # what was written in lines is shown in lines
            self.shape[tag, *names] += 1
        handlers = [name for name in names if name.startswith("on")]
        address = (names.get("href") or names.get("src") or names.get("action") or "").strip().lower()
        if tag in ACTIVE or handlers or address.startswith(("javascript:", "data:", "vbscript:")):
            self.wrong.append(f"<{tag} {attrs}>")
        if tag == "script" and not (names.get("src") or "").startswith("/assets/"):
            self.wrong.append(f"<script {attrs}>")

    def shows(self, text: str) -> bool:
        """Whether the text stands there whole, to be read or in a field."""
        return any(squeezed(text) in squeezed(found) for found in ("".join(self.text), *self.values))

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.text.append(data)


def read(html: str) -> Reader:
    """A page, read."""
    reader = Reader()
    reader.feed(html)
    return reader
