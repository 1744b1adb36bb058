"""Pictures made for tests: kinds, modes, metadata and corners of known colours."""

from io import BytesIO
from pathlib import Path

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 160, 20), (20, 20, 220), (255, 255, 255)
CANARY = "canary at 51.4626 north"
KINDS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
Pixel = tuple[int, ...]


def encoded(image: Image.Image, media_type: str = "image/jpeg", **how: object) -> bytes:
    """The bytes of an image."""
    out = BytesIO()
    image.save(out, KINDS[media_type], **how)
    return out.getvalue()


def corners(width: int = 80, height: int = 60) -> Image.Image:
    """Red at the top left, green at the top right, blue at the bottom left, white at the bottom right."""
    image = Image.new("RGB", (width, height), WHITE)
    half = (width // 2, height // 2)
    for colour, place in ((RED, (0, 0)), (GREEN, (half[0], 0)), (BLUE, (0, half[1]))):
        image.paste(Image.new("RGB", half, colour), place)
    return image


def seen(jpeg: bytes) -> Image.Image:
    """The picture in the bytes of a JPEG."""
    image = Image.open(BytesIO(jpeg), formats=["JPEG"])
    image.load()
    return image


def corners_of(image: Image.Image) -> list[Pixel]:
    """The colours of the four corners: top left, top right, bottom left, bottom right."""
    right, bottom = image.width - 3, image.height - 3
    return [tuple(image.getpixel(place)) for place in ((2, 2), (right, 2), (2, bottom), (right, bottom))]  # type: ignore[arg-type]


def alike(first: Pixel, second: Pixel, within: int = 24) -> bool:
    """Whether two colours are the same to the eye, which is all that JPEG promises."""
    return all(abs(a - b) <= within for a, b in zip(first, second, strict=True))


def exif(orientation: int | None = None) -> Image.Exif:
    """Metadata with a place and a name in it, and perhaps an orientation."""
    told = Image.Exif()
    told[Base.ImageDescription] = CANARY
    told[Base.Artist] = CANARY
    told.get_ifd(IFD.GPSInfo)[GPS.GPSLatitudeRef] = "N"
    told.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (51.0, 27.0, 45.0)
    if orientation is not None:
        told[Base.Orientation] = orientation
    return told


def files(shared_data: Path, folder: str) -> list[Path]:
    """Every file below a folder of the shared field data."""
    return sorted(path for path in (shared_data / folder).rglob("*") if path.is_file())
