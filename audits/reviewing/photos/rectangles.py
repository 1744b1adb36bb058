"""What a reviewer paints over: rectangles in percent of the picture, and the pixels that go with them.

JPEG keeps a picture in blocks: within one, a detail leaves traces beside itself, and colours reach a pixel further.
So what is painted is every block that a rectangle touches and a margin beyond, and nothing of what was inside is left.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from audits.errors import CoverNotAcceptable, FieldError

MAX_RECTANGLES = 120  # a picture of 12 by 9 squares has 108
BLOCK_PIXELS = 16  # of a JPEG whose colours are kept at half the size, as ours are
MARGIN_PIXELS = 2
WHOLE = 100.0

Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels; right and bottom are outside


class Rectangle(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of the picture in percent of its width and height, from its upper left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Extent:
    """The size of a picture in pixels."""

    width: int
    height: int


def check_rectangles(rectangles: Sequence[Rectangle]) -> None:
    """Whether they can be painted over. Raises CoverNotAcceptable, which names each that cannot."""
    if not rectangles:
        message = "Mark what is to be painted over."
        raise CoverNotAcceptable(message, [FieldError("rectangles", message)])
    if len(rectangles) > MAX_RECTANGLES:
        message = f"Mark at most {MAX_RECTANGLES} rectangles at a time."
        raise CoverNotAcceptable(message, [FieldError("rectangles", message)])
    errors = [
        FieldError(f"rectangles[{place}].{name}", message)
        for place, one in enumerate(rectangles)
        for name, message in _faults(one)
    ]
    if errors:
        raise CoverNotAcceptable("A rectangle lies outside the picture, or has no extent.", errors)


def _faults(one: Rectangle) -> list[tuple[str, str]]:
    faults = []
    for name, start, extent in (("left", one.left, one.width), ("top", one.top, one.height)):
        size = "width" if name == "left" else "height"
        if not 0 <= start < WHOLE:
            faults.append((name, "Enter 0 or more, and less than 100."))
        if not 0 < extent <= WHOLE:
            faults.append((size, "Enter more than 0, and at most 100."))
    return faults


def boxes_of(rectangles: Sequence[Rectangle], extent: Extent) -> list[Box]:
    """The pixels that are painted over: never fewer than asked for, never outside the picture.

    >>> boxes_of([Rectangle(left=50, top=50, width=10, height=100)], Extent(width=320, height=240))
    [(158, 110, 194, 240)]
    """
    return [
        (*_start(one.left, one.top, extent), *_end(one.left + one.width, one.top + one.height, extent))
        for one in rectangles
    ]


def _start(left: float, top: float, extent: Extent) -> tuple[int, int]:
    return _before(left * extent.width / WHOLE), _before(top * extent.height / WHOLE)


def _end(right: float, bottom: float, extent: Extent) -> tuple[int, int]:
    return (
        _after(right * extent.width / WHOLE, at_most=extent.width),
        _after(bottom * extent.height / WHOLE, at_most=extent.height),
    )


def _before(pixels: float) -> int:
    return max(0, math.floor(pixels) // BLOCK_PIXELS * BLOCK_PIXELS - MARGIN_PIXELS)


def _after(pixels: float, *, at_most: int) -> int:
    return min(at_most, math.ceil(pixels / BLOCK_PIXELS) * BLOCK_PIXELS + MARGIN_PIXELS)
