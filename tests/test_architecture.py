"""The house stands as docs/architecture says: who imports whom, and what a rule file may not touch."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("api", "audits", "charter", "geo", "migrations")
MAY_IMPORT = {
    "api": {"audits", "charter", "geo", "migrations"},
    "audits": {"geo", "migrations"},
    "charter": {"geo", "migrations"},
    "geo": {"migrations"},
    "migrations": set[str](),
}
# Libraries with one home each: everybody else asks that home.
ONLY_IN = {
    "litestar": ("api/",),
    "click": ("api/cli/",),
    "rich": ("api/cli/",),
    "PIL": ("audits/photos.py",),
    "shapely": ("geo/",),
    "pyproj": ("geo/",),
    "pyotp": ("api/sessions/totp.py",),
    "typst": ("audits/reports/", "charter/certificate/"),
    "asyncpg": ("migrations/",),
    "aiosmtplib": ("api/postman.py",),
    "icalendar": ("charter/year/ics.py",),
    "sqlite3": ("migrations/", "geo/geometry.py", "geo/geopackage.py"),
}
RULES = (
    "api/sessions/lasting.py",
    "api/sessions/letters.py",
    "api/sessions/totp.py",
    "audits/actions/comparing.py",
    "audits/actions/content.py",
    "audits/actions/life.py",
    "audits/actions/suggesting.py",
    "audits/instrument.py",
    "audits/nights.py",
    "audits/people/help_routes.py",
    "audits/people/profile.py",
    "audits/people/questions.py",
    "audits/photos.py",
    "audits/reviewing/photos/agreeing.py",
    "audits/reviewing/photos/rectangles.py",
    "audits/walks.py",
    "charter/keeping/at_desk.py",
    "charter/indicators/disclosure.py",
    "charter/indicators/months.py",
    "charter/keeping/choices.py",
    "charter/keeping/evidence.py",
    "charter/keeping/letters.py",
    "charter/keeping/next_steps.py",
    "charter/doubts/likeness.py",
    "charter/certificate/badge.py",
    "charter/certificate/content.py",
    "charter/letters.py",
    "charter/pledges.py",
    "charter/reach/likeness.py",
    "charter/reach/matching.py",
    "charter/reach/shares.py",
    "charter/reach/venues.py",
    "charter/signing.py",
    "charter/year/calendar.py",
    "charter/year/ics.py",
    "charter/year/letters.py",
    "geo/crs.py",
    "geo/drawing/london.py",
    "geo/grid.py",
    "geo/hotspots.py",
    "geo/places/written.py",
    "geo/shapes.py",
)
WORLDLY = {"asyncio", "migrations", "os", "random", "secrets", "socket", "time", "uuid.uuid4"}
ALL = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
FILES = [path for path in ALL if "node_modules" not in path.parts]
QUESTIONS = [path for path in FILES if path.name == "queries.py"]


def imported(path: Path) -> Iterator[str]:
    """Every module that `path` imports, lazy imports too; `from a import b` gives `a` and `a.b`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_flow_one_way(path: Path) -> None:
    """A package imports only what the house allows it; reports may ask the register's questions."""
    here = path.relative_to(ROOT).parts[0]
    allowed = MAY_IMPORT[here] | {here}
    asks = {"charter.queries"} if str(path.relative_to(ROOT)).startswith("audits/reports") else set()

    for module in imported(path):
        top = module.split(".")[0]
        if top in PACKAGES and top not in allowed:
            assert any(module.startswith(question) for question in asks) or module == "charter", module


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_libraries_stay_at_home(path: Path) -> None:
    """Litestar, Pillow, shapely and the drivers are each imported in one place."""
    where = str(path.relative_to(ROOT))

    for module in imported(path):
        homes = ONLY_IN.get(module.split(".")[0])
        assert homes is None or where.startswith(homes), f"{where} imports {module}"


@pytest.mark.parametrize("name", RULES)
def test_rules_know_nothing_of_the_world(name: str) -> None:
    """A rule neither awaits nor reaches for the clock, the environment, randomness or the database."""
    tree = ast.parse((ROOT / name).read_text(encoding="utf8"))

    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Await | ast.AsyncFunctionDef)]
    assert not [m for m in imported(ROOT / name) if m in WORLDLY or m.split(".")[0] in WORLDLY]
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr in ("now", "utcnow", "today")]


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: str(path.relative_to(ROOT)))
def test_queries_never_write(path: Path) -> None:
    """A questions file opens no transaction and executes nothing."""
    names = {node.id for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))) if isinstance(node, ast.Name)}

    assert not names & {"transaction", "execute", "execute_many", "lock", "claim"}


def test_the_top_level_is_fixed() -> None:
    """No code folder beside the six that the customer fixed."""
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and list(path.glob("*.py"))}

    assert folders <= {*PACKAGES, "tests"}
