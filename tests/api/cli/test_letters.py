"""Every kind of letter that is ever posted can be read beforehand; and how letters fare names nobody."""

import ast
import importlib
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli.letters.samples import ENVELOPE, LETTERS
from api.cli.main import main
from charter.letters import WIDTH
from charter.outbox import letter_failed, letter_given_up, post, take_letter
from charter.outbox import letters_waiting as waiting
from migrations.database import transaction
from tests.charter.builders import NOW, SEAL
from tests.charter.test_outbox import letter

ROOT = Path(__file__).parents[3]
# Whoever imports these writes letters, by themselves or by a function of theirs that is told the kind.
POSTS = re.compile(r"from charter\.(outbox|year\.writing) import")
VOID = {"meta", "br", "hr"}


def posts() -> Iterator[tuple[str, ast.expr, str]]:
    """Every `kind=` in the modules that post letters: the module, the expression, and the place for a person."""
    for path in [*(ROOT / "charter").rglob("*.py"), *(ROOT / "api").rglob("*.py")]:
        if "node_modules" in path.parts:
            continue
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        source = path.read_text(encoding="utf8")
        if not POSTS.search(source):
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call):
                for keyword in node.keywords:
                    if keyword.arg == "kind":
                        yield module, keyword.value, f"{path.relative_to(ROOT)}:{node.lineno}"


def kinds_of(module: str, expression: ast.expr) -> set[str] | None:
    """The kinds that an expression may give: a constant, a choice of two, or any value of a table; None for a name that
    only the caller knows.
    """
    if isinstance(expression, ast.Constant):
        return {str(expression.value)}
    if isinstance(expression, ast.IfExp):
        found = [kinds_of(module, side) for side in (expression.body, expression.orelse)]
        return set().union(*[kinds for kinds in found if kinds])
    name = expression.value if isinstance(expression, ast.Subscript) else expression
    value = getattr(importlib.import_module(module), getattr(name, "id", ""), None)
    return set(value.values()) if isinstance(value, dict) else {value} if isinstance(value, str) else None


def test_every_kind_that_is_posted_has_a_sample() -> None:
    """Whoever writes a new letter shows it in the preview; a kind that is handed on is found where it comes from."""
    found = {place: kinds_of(module, kind) for module, kind, place in posts()}
    named = set().union(*[kinds for kinds in found.values() if kinds])

    assert len(found) >= 5 and len(named) >= 5
    assert named - set(LETTERS) == set()


class Tags(HTMLParser):
    """Reads HTML strictly: every tag that is opened is closed, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open, self.seen, self.faults = list[str](), set[str](), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open."""
        self.seen.add(tag)
        self.faults += [f"{tag} {name}" for name, _ in attrs if name.startswith("on") or name == "src"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close."""
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"/{tag}")


@pytest.mark.parametrize("kind", LETTERS)
def test_a_letter_is_well_made(kind: str) -> None:
    """It greets, says why it came and what it is not for; its HTML is whole, and fetches nothing."""
    one = LETTERS[kind](ENVELOPE)
    tags = Tags()
    tags.feed(one.html)

    assert (tags.open, tags.faults) == ([], []) and tags.seen.isdisjoint({"img", "script", "link", "iframe", "form"})
    assert one.text.startswith("Hello,") and one.text.isascii() and one.html.isascii()
    assert "You get this letter because" in one.text and "call 999" in one.text
    assert all(len(line) <= WIDTH or " " not in line for line in one.text.splitlines())
    assert len(one.subject) < 100 and one.to == ENVELOPE.to
    # What a reader of plain text can follow, a reader of HTML can too.
    links = re.findall(r"^https://\S+$", one.text, re.MULTILINE)
    assert re.findall(r'href="([^"]+)"', one.html) == links


def run(*words: str) -> tuple[int, str]:
    """The command's exit code and what it said."""
    done = CliRunner().invoke(main, ["letters", *words])
    return done.exit_code, done.output


def test_the_kinds_are_listed_and_one_is_read() -> None:
    """By anybody, before the first letter goes; an unknown kind is wrong usage."""
    code, listed = run("preview")
    assert code == 0 and [line.split()[0] for line in listed.splitlines()] == list(LETTERS)

    code, one = run("preview", "withdrawn")
    assert code == 0 and one.startswith("Subject: Withdrawn") and "sign again" in one
    assert run("preview", "no-such-letter")[0] == 2
    assert json.loads(run("preview", "reviewed", "--json")[1])["letters"][0]["attachments"] == ["review-due.ics"]


def test_letters_are_written_as_files(tmp_path: Path) -> None:
    """Each in every form; the .eml is the same letter with its calendar."""
    code, _ = run("preview", "--out", str(tmp_path / "new"))
    names = {file.name for file in (tmp_path / "new").iterdir()}
    mail = message_from_bytes((tmp_path / "new" / "review-28-days.eml").read_bytes(), policy=default)

    assert code == 0 and {f"{kind}.{face}" for kind in LETTERS for face in ("txt", "html", "eml")} <= names
    assert "review-28-days.review-due.ics" in names
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
    ]


def test_a_folder_that_cannot_be_written_fails_with_a_sentence(tmp_path: Path) -> None:
    """A file is in its place."""
    (tmp_path / "taken").write_text("")

    assert run("preview", "--out", str(tmp_path / "taken" / "below"))[0] == 1


@pytest.mark.usefixtures("database")
async def test_how_letters_fare_is_told_in_numbers() -> None:
    """How many wait, since when, and why, as categories."""
    assert (await waiting()).count == 0
    async with transaction():
        for _ in range(3):
            await post(letter(), kind="test", signatory=None, seal=SEAL)
    first, second = await take_letter(now=NOW), await take_letter(now=NOW)
    assert first is not None and second is not None
    await letter_failed(first, "server-unreachable", now=NOW)
    await letter_given_up(second, "recipient-refused", now=NOW + timedelta(hours=1))
    found = await waiting()

    assert (found.count, found.oldest) == (2, NOW)
    assert (found.failures, found.given_up) == ({"server-unreachable": 1}, {"recipient-refused": 1})
