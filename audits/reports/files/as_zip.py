"""edition.zip: every file of an edition in one, with a manifest of their hashes."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from audits.reports.contents import Contents, canonical, data_sha256

MANIFEST, DATA, PHOTOS = "manifest.json", "data.json", "photos/"
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first time that a zip can tell: when it was packed is no part of an edition
READABLE = 0o644 << 16
NO_PHOTOS: Mapping[str, bytes] = MappingProxyType({})


def bundle(contents: Contents, files: Sequence[tuple[str, bytes]], photos: Mapping[str, bytes] = NO_PHOTOS) -> bytes:
    """The files, what they are made of, and a manifest that `sha256sum` can be held against; always the same bytes.

    `data.json` is the edition's data and `photos/` hold its pictures: from these alone every file can be made again.
    """
    shown = [(f"{PHOTOS}{key}.jpg", photo) for key, photo in sorted(photos.items())]
    files = [*files, (DATA, canonical(contents)), *shown]
    page = io.BytesIO()
    # Half as fast again as zlib's own choice, and a tenth larger.
    with zipfile.ZipFile(page, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as packed:
        for name, content in [(MANIFEST, manifest(contents, files)), *files]:
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.external_attr = READABLE
            packed.writestr(entry, content, zipfile.ZIP_DEFLATED, 3)
    return page.getvalue()


def manifest(contents: Contents, files: Sequence[tuple[str, bytes]]) -> bytes:
    """What is in the bundle, as JSON for people and programs."""
    told = {
        "title": contents.title,
        "audience": contents.audience,
        "as_of": contents.as_of.isoformat(),
        "method": contents.method,
        "method_version": contents.method_version,
        "data_sha256": data_sha256(contents),
        "files": [
            {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in files
        ],
    }
    return json.dumps(told, indent=2, ensure_ascii=False).encode() + b"\n"
