"""What a reviewer marked in a picture: squares of a grid, rectangles drawn or typed, and what is wrong with them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from string import ascii_uppercase

from api.pages.kit.forms import Form
from audits.errors import CoverNotAcceptable
from audits.reviewing.photos.rectangles import Rectangle, check_rectangles

LONG, SHORT = 12, 9  # squares along the longer and the shorter side
NUMBERS = ("left", "top", "width", "height")


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Squares over a picture, named A1 for the upper left one; letters go to the right."""

    columns: int
    rows: int

    @property
    def letters(self) -> str:
        """The columns' names."""
        return ascii_uppercase[: self.columns]

    @property
    def squares(self) -> list[str]:
        """Every square's name, row by row."""
        return [f"{letter}{row}" for row, letter in product(range(1, self.rows + 1), self.letters)]


@dataclass(kw_only=True)
class Marks:
    """What was marked: `drawn` are rectangles by hand and by numbers, `squares` the names of those that were ticked."""

    drawn: list[Rectangle] = field(default_factory=list)
    squares: list[str] = field(default_factory=list)

    def rectangles(self, grid: Grid) -> list[Rectangle]:
        """All of it as rectangles; neighbouring squares of a row are one."""
        return [*self.drawn, *_runs(self.squares, grid)]


def grid_over(width: int, height: int) -> Grid:
    """A grid whose squares are nearly square."""
    return Grid(columns=LONG, rows=SHORT) if width >= height else Grid(columns=SHORT, rows=LONG)


def marks_typed(form: Form, grid: Grid) -> Marks:
    """What the form marks; what cannot be read in its numbers is said at their fields.

    What only a tampered form could say is left out.
    """
    drawn = [one for text in form.several("rectangle") if (one := _written(text)) is not None]
    ticked = set(form.several("square"))
    marks = Marks(drawn=drawn, squares=[name for name in grid.squares if name in ticked])
    if any(form.text(name).strip() for name in NUMBERS) and (typed := _by_numbers(form)):
        marks.drawn.append(typed)
    return marks


def as_written(one: Rectangle) -> str:
    """A rectangle as a form carries it."""
    return " ".join(f"{getattr(one, name):g}" for name in NUMBERS)


def _written(text: str) -> Rectangle | None:
    try:
        left, top, width, height = (float(part) for part in text.split())
        one = Rectangle(left=left, top=top, width=width, height=height)
        check_rectangles([one])
    except (ValueError, CoverNotAcceptable):
        return None
    return one


def _by_numbers(form: Form) -> Rectangle | None:
    numbers: dict[str, float] = {}
    for name in NUMBERS:
        try:
            numbers[name] = float(form.text(name).strip().removesuffix("%"))
        except ValueError:
            form.refuse(name, f"Enter the {name} as a number of percent, such as 12.5")
    if len(numbers) < len(NUMBERS):
        return None
    one = Rectangle(**numbers)
    try:
        check_rectangles([one])
    except CoverNotAcceptable as refused:
        form.refuse_all((error.field.partition(".")[2], error.message) for error in refused.errors)
        return None
    return one


def _runs(squares: Sequence[str], grid: Grid) -> list[Rectangle]:
    wide, high = 100 / grid.columns, 100 / grid.rows
    places = sorted((int(name[1:]) - 1, grid.letters.index(name[0])) for name in squares)
    runs: list[tuple[int, int, int]] = []  # row, first column, last column
    for row, column in places:
        if runs and runs[-1][0] == row and runs[-1][2] == column - 1:
            runs[-1] = (row, runs[-1][1], column)
        else:
            runs.append((row, column, column))
    return [
        Rectangle(left=first * wide, top=row * high, width=(last - first + 1) * wide, height=high)
        for row, first, last in runs
    ]
