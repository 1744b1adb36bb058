"""Real photos of ten makes and every orientation come out upright, of the right size, and with nothing to read in."""

import json
import subprocess
from pathlib import Path
from shutil import which

import pytest
from PIL import Image, ImageOps

from audits.photos import LARGE_SIDE, paint

# What exiftool says of any JPEG, and of its name, place and age on our disk; no word of it is the photo's own.
OF_THE_FORMAT = {
    "SourceFile",
    "ExifTool:ExifToolVersion",
    "File:BitsPerSample",
    "File:ColorComponents",
    "File:EncodingProcess",
    "File:FileType",
    "File:FileTypeExtension",
    "File:ImageHeight",
    "File:ImageWidth",
    "File:MIMEType",
    "File:YCbCrSubSampling",
    "Composite:ImageSize",
    "Composite:Megapixels",
    # Of the JFIF header that every JPEG begins with: version 1.01, and no unit.
    "JFIF:JFIFVersion",
    "JFIF:ResolutionUnit",
    "JFIF:XResolution",
    "JFIF:YResolution",
}
AT_LEAST = 25


def real_photos(shared_data: Path) -> list[Path]:
    """The JPEGs of ten makes, nine orientations each way, and of odd EXIF."""
    folders = ("makes", "orientation", "gps", "exif_edge")
    return [file for folder in folders for file in sorted((shared_data / "photos" / folder).glob("*.jp*g"))]


def right_size(file: Path) -> tuple[float, float]:
    """What its larger rendition should measure, by Pillow's own way of turning."""
    with Image.open(file) as opened:
        width, height = ImageOps.exif_transpose(opened).size
    scale = min(1, LARGE_SIDE / max(width, height))
    return width * scale, height * scale


@pytest.mark.filterwarnings("ignore:Image appears to be a malformed MPO file", "ignore:Corrupt EXIF data")
def test_an_independent_reader_finds_nothing_in_them(shared_data: Path, tmp_path: Path) -> None:
    """exiftool, which knows every maker's notes: nothing beyond the format's own; each within a pixel of its size."""
    if which("exiftool") is None:
        pytest.skip("exiftool is not installed; `make system` installs it")
    photos, off = real_photos(shared_data), []
    for number, file in enumerate(photos):
        painted = paint(file.read_bytes(), "image/jpeg")
        width, height = right_size(file)
        if abs(painted.width - width) > 1 or abs(painted.height - height) > 1:
            off.append((file.name, (painted.width, painted.height), (width, height)))
        (tmp_path / f"{number}-large.jpg").write_bytes(painted.large)
        (tmp_path / f"{number}-small.jpg").write_bytes(painted.small)
    words = ["exiftool", "-json", "-G", "-a", "-u", "-ee", "--File:System:all", str(tmp_path)]
    read = json.loads(subprocess.run(words, capture_output=True, check=True).stdout)

    assert len(photos) >= AT_LEAST and len(read) == 2 * len(photos)
    assert off == []
    assert {tag for one in read for tag in one} - OF_THE_FORMAT == set()
