"""A photo becomes two upright pictures and nothing else, or is refused with a sentence."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from audits.errors import PhotoOfAnotherKind, PhotoRefused, PhotoTooLarge
from audits.photos import LARGE_SIDE, SMALL_SIDE, kind_of, paint
from tests.audits.pictures import (
    BLUE,
    CANARY,
    GREEN,
    KINDS,
    RED,
    WHITE,
    alike,
    corners,
    corners_of,
    encoded,
    exif,
    files,
    seen,
)

UPRIGHT = [RED, GREEN, BLUE, WHITE]
# What a JPEG must not hold beside the picture: APP1 to APP15 (EXIF, XMP, ICC, MPF) and comments.
METADATA = [*(bytes([0xFF, 0xE0 + n]) for n in range(1, 16)), b"\xff\xfe"]


def upright(image: Image.Image) -> bool:
    """Whether the four corners are where they were painted."""
    return all(alike(found, meant) for found, meant in zip(corners_of(image), UPRIGHT, strict=True))


def without_picture(jpeg: bytes) -> bytes:
    """The bytes before the compressed picture begins."""
    return jpeg[: jpeg.index(b"\xff\xda")]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_becomes_two_jpegs(kind: str) -> None:
    """At most 1,600 and 320 pixels on the longer side, and the same shape."""
    painted = paint(encoded(corners(2400, 1800), kind), kind)

    assert (painted.width, painted.height) == seen(painted.large).size == (1600, 1200)
    assert seen(painted.small).size == (320, 240)
    assert upright(seen(painted.large)) and upright(seen(painted.small))


def test_a_small_photo_is_not_enlarged() -> None:
    """It shows what it shows."""
    painted = paint(encoded(corners(80, 60)), "image/jpeg")

    assert seen(painted.large).size == seen(painted.small).size == (80, 60)


@given(st.integers(1, 3000), st.integers(1, 40), st.booleans())
def test_every_shape_keeps_its_shape(long: int, short: int, tall: bool) -> None:
    """Never larger than the limits, never without an extent."""
    size = (short, long) if tall else (long, short)
    painted = paint(encoded(Image.new("RGB", size, GREEN)), "image/jpeg")
    large, small = seen(painted.large).size, seen(painted.small).size

    assert max(large) == min(max(size), LARGE_SIDE) and max(small) == min(max(size), SMALL_SIDE)
    assert min(large) >= 1 and (large[0] >= large[1]) == (size[0] >= size[1])


TURNED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("orientation", TURNED)
def test_a_turned_photo_is_painted_upright(orientation: int, kind: str) -> None:
    """All eight ways that a phone can be held."""
    turn = TURNED[orientation]
    held = corners() if turn is None else corners().transpose(turn)
    painted = paint(encoded(held, kind, exif=exif(orientation)), kind)

    assert (painted.width, painted.height) == (80, 60)
    assert upright(seen(painted.large))


def test_the_field_s_own_orientations_are_one_picture(shared_data: Path) -> None:
    """Nine landscapes and nine portraits, each stored differently."""
    for shape, size in (("Landscape", (1600, 1067)), ("Portrait", (1067, 1600))):
        painted = [paint(file.read_bytes(), "image/jpeg") for file in files(shared_data, "photos/orientation")
                   if file.name.startswith(shape)]  # fmt: skip
        corners_seen = [corners_of(seen(p.small)) for p in painted]

        assert {(p.width, p.height) for p in painted} == {size}
        assert all(alike(a, b, within=40) for c in corners_seen for a, b in zip(c, corners_seen[0], strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_but_the_picture_is_left(kind: str) -> None:
    """No EXIF, GPS, XMP, ICC profile, comment, text chunk, or preview."""
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", CANARY)
    told: dict[str, object] = {"exif": exif(), "icc_profile": CANARY.encode(), "xmp": CANARY.encode()}
    told |= {"pnginfo": text} if kind == "image/png" else {}
    told |= {"comment": CANARY} if kind == "image/jpeg" else {}
    content = encoded(corners(), kind, **told)
    painted = paint(content, kind)

    assert CANARY.encode() in content
    for jpeg in (painted.large, painted.small):
        assert CANARY.encode() not in jpeg
        assert not [marker for marker in METADATA if marker in without_picture(jpeg)]


def test_photos_of_the_field_lose_their_place(shared_data: Path) -> None:
    """48 real files with EXIF that is right, odd and broken: all are painted, none keeps a marker."""
    taken = [file.read_bytes() for file in files(shared_data, "photos")]
    painted = [paint(content, kind) for content in taken if (kind := kind_of(content))]

    assert len(painted) == 48
    pictures = [without_picture(jpeg) for two in painted for jpeg in two[:2]]
    assert not [head for head in pictures if any(marker in head for marker in METADATA)]


MODES = ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"]


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_is_painted_in_rgb(mode: str) -> None:
    """Grey, with a palette, for print, with 16 bits; a colour keeps its brightness."""
    grey = Image.new("L", (40, 30), 200)
    image = grey.convert("I").point(lambda value: value * 257).convert("I;16") if mode == "I;16" else grey.convert(mode)
    kind = "image/jpeg" if mode == "CMYK" else "image/png"
    large = seen(paint(encoded(image, kind), kind).large)

    assert large.mode == "RGB"
    assert mode == "1" or alike(large.getpixel((20, 15)), (200, 200, 200), within=6)  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_is_white(mode: str) -> None:
    """Not black, which would look like the night."""
    clear = Image.new("RGBA", (40, 30), (0, 0, 0, 0)).convert("LA" if mode == "LA" else "RGBA")
    image = clear.convert("P") if mode == "P" else clear
    content = encoded(image, "image/png", **({"transparency": 0} if mode == "P" else {}))

    assert alike(seen(paint(content, "image/png").large).getpixel((20, 15)), WHITE)  # type: ignore[arg-type]


def test_of_an_animation_the_first_picture_counts() -> None:
    """A walk is not a film."""
    second = Image.new("RGB", (80, 60), RED)
    content = encoded(corners(), "image/webp", save_all=True, append_images=[second], lossless=True)

    assert upright(seen(paint(content, "image/webp").large))


@pytest.mark.parametrize("kind", KINDS)
def test_a_photo_that_is_cut_off_is_refused(kind: str) -> None:
    """Wherever it is cut; half a picture may hide what matters."""
    noise = Image.effect_noise((300, 200), 90).convert("RGB")
    content = encoded(noise, kind)
    for share in (0.02, 0.3, 0.6, 0.97):
        with pytest.raises(PhotoRefused) as refusal:
            paint(content[: int(len(content) * share)], kind)

        assert str(refusal.value).endswith(".")


@pytest.mark.parametrize("stated", ["image/png", "image/webp", "image/gif", "image/heic", "text/html", ""])
def test_a_photo_is_judged_by_its_bytes(stated: str) -> None:
    """Not by what is said of it."""
    with pytest.raises(PhotoOfAnotherKind):
        paint(encoded(corners()), stated)


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff", b"GIF89a", b"<svg/>", b"RIFF\0\0\0\0WEBP", b"\0" * 4096])
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    """With a sentence, whatever it is called."""
    for stated in KINDS:
        with pytest.raises(PhotoRefused, match=r"\.$"):
            paint(content, stated)


@given(st.binary(max_size=400), st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x90\x01\0\0WEBPVP8 "]))
def test_no_bytes_break_the_painter(rest: bytes, magic: bytes) -> None:
    """Only PhotoRefused or its kin comes out."""
    content = magic + rest
    try:
        painted = paint(content, kind_of(content) or "image/jpeg")
    except PhotoRefused as refusal:
        assert str(refusal).endswith(".")
    else:
        assert painted.large and painted.small


def test_too_many_pixels_are_refused_before_they_are_decoded() -> None:
    """50 megapixels are taken, one row more is not; a PNG of one colour is a small file."""
    most = encoded(Image.new("1", (10_000, 5_000)), "image/png")
    more = encoded(Image.new("1", (10_000, 5_001)), "image/png")

    assert paint(most, "image/png").width == 1600
    with pytest.raises(PhotoTooLarge, match="50 million pixels"):
        paint(more, "image/png")


@pytest.mark.filterwarnings("ignore:Image appears to be a malformed MPO file")
def test_every_hostile_image_is_painted_or_refused(shared_data: Path) -> None:
    """84 files: bombs, malformed, past crashers, EXIF loops, wrong extensions."""
    told = []
    for file in files(shared_data, "hostile_images"):
        content = file.read_bytes()
        try:
            paint(content, kind_of(content) or "image/jpeg")
            told.append("painted")
        except PhotoRefused as refusal:
            told.append(type(refusal).__name__)

    assert len(told) >= 45 and told.count("PhotoOfAnotherKind") >= 30
    assert told.count("painted") == 13
