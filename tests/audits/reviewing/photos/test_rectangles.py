"""What is marked is painted over, all of it and nothing of the rest, and what was beneath leaves no trace."""

import random
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from audits.errors import CoverNotAcceptable
from audits.photos import COVER_GREY, paint
from audits.reviewing.photos.rectangles import (
    BLOCK_PIXELS,
    MARGIN_PIXELS,
    MAX_RECTANGLES,
    Box,
    Extent,
    Rectangle,
    boxes_of,
    check_rectangles,
)
from tests.audits.pictures import encoded, seen

JPEG, PNG = "image/jpeg", "image/png"
MOST_DRIFT = 2.0  # levels of 255, on average, after painting over ten times
percent = st.floats(0, 99.9)
rectangles = st.builds(Rectangle, left=percent, top=percent, width=st.floats(0.1, 100), height=st.floats(0.1, 100))
extents = st.builds(Extent, width=st.integers(1, 400), height=st.integers(1, 400))


def noise(seed: int, size: tuple[int, int], how: Image.Resampling = Image.Resampling.NEAREST) -> Image.Image:
    """A picture in which every spot differs from its neighbours; with `how`, as softly as in a photo."""
    small = random.Random(seed).randbytes(3 * 24 * 24)
    return Image.frombytes("RGB", (24, 24), small).resize(size, how)


def wanted(one: Rectangle, extent: Extent) -> tuple[float, float, float, float]:
    """The rectangle in pixels, cut at the picture's edge."""
    right, bottom = min(100, one.left + one.width), min(100, one.top + one.height)
    return (
        one.left * extent.width / 100,
        one.top * extent.height / 100,
        right * extent.width / 100,
        bottom * extent.height / 100,
    )


@given(rectangles, extents)
def test_a_box_holds_its_rectangle_and_stays_in_the_picture(one: Rectangle, extent: Extent) -> None:
    """And is larger by no more than a block and the margin on each side."""
    (box,) = boxes_of([one], extent)
    marked = wanted(one, extent)
    most = BLOCK_PIXELS + MARGIN_PIXELS

    assert 0 <= box[0] < box[2] <= extent.width and 0 <= box[1] < box[3] <= extent.height
    assert box[0] <= marked[0] + 1e-9 and box[1] <= marked[1] + 1e-9
    assert box[2] >= marked[2] - 1e-9 and box[3] >= marked[3] - 1e-9
    assert all(abs(drawn - meant) <= most for drawn, meant in zip(box, marked, strict=True))


@pytest.mark.parametrize(
    ("one", "field"),
    [
        (Rectangle(left=-1, top=0, width=10, height=10), "rectangles[0].left"),
        (Rectangle(left=100, top=0, width=10, height=10), "rectangles[0].left"),
        (Rectangle(left=0, top=float("nan"), width=10, height=10), "rectangles[0].top"),
        (Rectangle(left=0, top=0, width=0, height=10), "rectangles[0].width"),
        (Rectangle(left=0, top=0, width=10, height=101), "rectangles[0].height"),
    ],
)
def test_what_is_no_rectangle_is_named(one: Rectangle, field: str) -> None:
    """At its field, with what to enter."""
    with pytest.raises(CoverNotAcceptable) as refused:
        check_rectangles([one])

    assert [error.field for error in refused.value.errors] == [field]


@pytest.mark.parametrize("count", [0, MAX_RECTANGLES + 1])
def test_there_are_some_rectangles_and_not_too_many(count: int) -> None:
    """None paints nothing."""
    with pytest.raises(CoverNotAcceptable):
        check_rectangles([Rectangle(left=0, top=0, width=10, height=10)] * count)
    check_rectangles([Rectangle(left=0, top=0, width=10, height=10)] * MAX_RECTANGLES)


def covered(content: bytes, boxes: list[Box]) -> tuple[bytes, bytes]:
    """Both pictures of a photo, painted over as the darkroom does it."""
    painted = paint(content, JPEG, boxes)
    return painted.large, painted.small


sizes = st.tuples(st.integers(20, 420), st.integers(20, 420))


@given(sizes, rectangles, st.integers(0, 1 << 30))
def test_what_was_beneath_leaves_no_trace(size: tuple[int, int], one: Rectangle, seed: int) -> None:
    """Two photos that differ only beneath it are, to the last byte, one when it was painted over."""
    extent = Extent(width=size[0], height=size[1])
    first = noise(seed, size)
    second = first.copy()
    left, top, right, bottom = (round(value) for value in wanted(one, extent))
    second.paste(ImageChops.invert(noise(seed + 1, size)).crop((left, top, right, bottom)), (left, top))
    kept = [paint(encoded(image, PNG), PNG).large for image in (first, second)]
    boxes = boxes_of([one], extent)

    assert covered(kept[0], boxes) == covered(kept[1], boxes)


@given(sizes, rectangles, st.integers(0, 1 << 30))
def test_outside_stays_as_it_was(size: tuple[int, int], one: Rectangle, seed: int) -> None:
    """A block away, no pixel differs from the picture encoded once more without a cover; inside there is one grey."""
    kept = paint(encoded(noise(seed, size), PNG), PNG).large
    (box,) = boxes_of([one], Extent(width=size[0], height=size[1]))
    large, _ = covered(kept, [box])

    assert inside_is_grey(large, box)
    assert farthest_outside(paint(kept, JPEG).large, large, box) == 0


def test_painting_over_often_keeps_the_rest_sharp() -> None:
    """Ten times one corner, and the other half is what it was to the eye."""
    first = paint(encoded(noise(7, (640, 480), Image.Resampling.BICUBIC), PNG), PNG).large
    boxes = boxes_of([Rectangle(left=0, top=0, width=10, height=10)], Extent(width=640, height=480))
    last = first
    for _ in range(10):
        last, _ = covered(last, boxes)
    drift = ImageChops.difference(seen(first), seen(last)).crop((320, 0, 640, 480)).convert("L").histogram()

    assert sum(level * count for level, count in enumerate(drift)) / sum(drift) <= MOST_DRIFT


def inside_is_grey(jpeg: bytes, box: Box) -> bool:
    """Whether every pixel of the box, but for the ringing at its rim, is the one colour."""
    rim = BLOCK_PIXELS + MARGIN_PIXELS
    image = seen(jpeg)
    inner = (
        box[0] + (rim if box[0] else 0),
        box[1] + (rim if box[1] else 0),
        box[2] - (rim if box[2] < image.width else 0),
        box[3] - (rim if box[3] < image.height else 0),
    )
    if inner[0] >= inner[2] or inner[1] >= inner[3]:
        return True
    return all(
        abs(low - grey) <= 4 and abs(high - grey) <= 4
        for (low, high), grey in zip(image.crop(inner).getextrema(), COVER_GREY, strict=True)  # type: ignore[misc,arg-type]
    )


def farthest_outside(first: bytes, second: bytes, box: Box) -> int:
    """The largest difference between two pictures in any pixel that is a block or more away from the box."""
    one, other = seen(first), seen(second)
    near = (box[0] - BLOCK_PIXELS, box[1] - BLOCK_PIXELS, box[2] + BLOCK_PIXELS, box[3] + BLOCK_PIXELS)
    difference = ImageChops.difference(one, other)
    difference.paste((0, 0, 0), near)
    return max(high for _, high in difference.getextrema())  # type: ignore[misc]


def test_both_pictures_are_painted_over() -> None:
    """The small one too, which lists show."""
    white = BytesIO(encoded(Image.new("RGB", (1600, 1200), "white"))).getvalue()
    boxes = boxes_of([Rectangle(left=25, top=25, width=50, height=50)], Extent(width=1600, height=1200))
    large, small = (seen(one) for one in covered(white, boxes))

    assert small.size == (320, 240)
    for image in (large, small):
        middle, corner = image.getpixel((image.width // 2, image.height // 2)), image.getpixel((5, 5))
        assert all(abs(a - b) <= 4 for a, b in zip(middle, COVER_GREY, strict=True))  # type: ignore[arg-type]
        assert corner == (255, 255, 255)
