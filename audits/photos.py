"""Photos: judged by their bytes, painted upright onto a new canvas, without anything but the picture.

The only user of Pillow. The server never calls `paint` itself: `audits.darkroom` calls it in a child process with
little memory and no secrets, so that a bomb can only kill itself. What was painted so is ours, and safe to open.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import NamedTuple

# The plug-ins are imported for their effect: a child must not look for one after its limits are set.
from PIL import Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from audits.errors import PhotoOfAnotherKind, PhotoRefused, PhotoTooLarge

# Enough to see a broken lamp on a page and on a list.
LARGE_SIDE, REPORT_SIDE, SMALL_SIDE = 1600, 800, 320
MAX_PHOTO_BYTES = 15_000_000
MAX_PHOTO_PIXELS = 50_000_000
QUALITY = 82
# A band of 16 MB in RGBA: what a large picture takes beside itself while it shrinks.
BAND_PIXELS = 4_000_000
# What is painted over is one flat grey. A blur can be undone, and a mosaic still tells plates and faces to whoever
# tries them all; and a surface made to fit in would look like something that is there.
COVER_GREY = (80, 90, 95)
TAKEN = {"image/jpeg": JpegImagePlugin, "image/png": PngImagePlugin, "image/webp": WebPImagePlugin}
ORIENTATION_TAG = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Painted(NamedTuple):
    """Two JPEGs without metadata: `large` within 1,600 pixels (of `width` x `height`), `small` within 320."""

    large: bytes
    small: bytes
    width: int
    height: int


def kind_of(content: bytes) -> str | None:
    """The media type that the first bytes show, whatever anybody says; None for anything not taken."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "image/webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else None


def paint(content: bytes, media_type: str, covers: Sequence[tuple[int, int, int, int]] = ()) -> Painted:
    """Decode a photo and paint it upright, RGB on white, at two sizes; of an animation, the first picture.

    `covers` are painted over in both, as left, top, right, bottom in pixels of the larger.
    Raises PhotoOfAnotherKind, PhotoTooLarge or PhotoRefused, each with a sentence for the person who took it.
    """
    _refuse_other_kinds(content, media_type)
    with _faults_told():
        # Only the one decoder: Pillow's others are 40 more doors, and some of them take 600 MB for a small file.
        with Image.open(BytesIO(content), formats=[media_type.removeprefix("image/").upper()]) as photo:
            _refuse_too_many_pixels(photo)
            turn = UPRIGHT.get(_orientation(photo))
            size = _within(photo.size, LARGE_SIDE)
            # JPEG can be decoded at a half, a quarter or an eighth at once, which saves most of its memory.
            photo.draft(None, size)
            large = _upright(_canvas(photo, size), turn)
        for box in covers:
            large.paste(COVER_GREY, box)
        small = large.resize(_within(large.size, SMALL_SIDE), Image.Resampling.BICUBIC, reducing_gap=1.0)
        return Painted(_jpeg(large), _jpeg(small), *large.size)


def for_a_report(rendition: bytes) -> bytes:
    """One of our own renditions within 800 pixels: enough for half a page, at a fifth of its bytes."""
    with Image.open(BytesIO(rendition), formats=["JPEG"]) as photo:
        size = _within(photo.size, REPORT_SIDE)
        photo.draft(None, size)
        return _jpeg(_canvas(photo, size))


def _refuse_other_kinds(content: bytes, media_type: str) -> None:
    kind = kind_of(content)
    if media_type not in TAKEN or kind is None:
        raise PhotoOfAnotherKind("Only JPEG, PNG and WebP photos are taken. Send this one as JPEG.")
    if kind != media_type:
        raise PhotoOfAnotherKind(f"These bytes are {kind}, not {media_type}. State the kind they are.")


def _refuse_too_many_pixels(photo: Image.Image) -> None:
    if photo.width * photo.height > MAX_PHOTO_PIXELS:
        raise PhotoTooLarge("This photo has more than 50 million pixels. Send it smaller.")


@contextmanager
def _faults_told() -> Iterator[None]:
    """Turn whatever Pillow raises on bad bytes (a dozen classes) into a sentence."""
    try:
        yield
    except PhotoRefused:
        raise
    except (MemoryError, Image.DecompressionBombError):
        raise PhotoTooLarge("This photo takes too much memory to open. Send it smaller.") from None
    except Exception as fault:
        if "truncated" in str(fault):
            raise PhotoRefused("This photo is cut off before its end. Send it again.") from None
        raise PhotoRefused("This photo is damaged and cannot be opened. Take or export it again.") from None


def _orientation(photo: Image.Image) -> int:
    """EXIF's orientation, 1 to 8; 1 where there is none or the EXIF is broken, which must not cost the picture."""
    try:
        return int(photo.getexif().get(ORIENTATION_TAG, 1))
    except Exception:  # Pillow's EXIF reader raises nearly anything; the picture itself may be sound.
        return 1


def _within(size: tuple[int, int], side: int) -> tuple[int, int]:
    """The largest size of the same shape whose longer side is at most `side`; never larger than it was."""
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _canvas(photo: Image.Image, size: tuple[int, int]) -> Image.Image:
    """A new canvas with the picture and nothing else.

    Large pictures are shrunk by a whole factor in horizontal bands first, so that only a band of them exists twice.
    """
    photo.load()
    factor = max(1, int(max(photo.size) / max(size) / 1.5))
    rows = max(1, BAND_PIXELS // photo.width // factor) * factor
    shrunk = Image.new("RGB", (-(-photo.width // factor), -(-photo.height // factor)), "white")
    for top in range(0, photo.height, rows):
        band = _on_white(photo.crop((0, top, photo.width, min(top + rows, photo.height))))
        shrunk.paste(band.reduce(factor) if factor > 1 else band, (0, top // factor))
    return shrunk if shrunk.size == size else shrunk.resize(size, Image.Resampling.BICUBIC)


def _on_white(band: Image.Image) -> Image.Image:
    """The same in RGB; what is transparent shows white, and 16-bit greys keep their upper 8 bits."""
    if band.mode == "RGB" and "transparency" not in band.info:
        return band
    if band.mode.startswith("I"):
        return band.point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if not band.has_transparency_data:
        return band.convert("RGB")
    clear = band.convert("RGBA")
    white = Image.new("RGB", band.size, "white")
    white.paste(clear, mask=clear.getchannel("A"))
    return white


def _upright(canvas: Image.Image, turn: Image.Transpose | None) -> Image.Image:
    return canvas if turn is None else canvas.transpose(turn)


def _jpeg(canvas: Image.Image) -> bytes:
    out = BytesIO()
    canvas.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
