"""Setting the certificate: one tagged A4 page (PDF/UA-1) by typst, the same bytes for the same content."""

import asyncio
import io
import logging
import tempfile
from datetime import UTC, datetime, time
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
import segno
import typst

from charter.certificate.content import Content
from charter.errors import CertificateNotMade
from charter.letters import long_date
from geo.drawing.lettering import FAMILIES, REPLACEMENT, all_printable, font_folders

TEMPLATE = "certificate.typ"
CODE = "code.svg"
NOT_WHOLE = "Some letters of the name cannot be printed here. The register shows it as it was signed."
logger = logging.getLogger("night_safety.certificates")


async def certificate(content: Content) -> bytes:
    """The certificate as PDF bytes; set in a thread, so that nobody else waits. Raises CertificateNotMade."""
    return await asyncio.to_thread(set_certificate, content)


def set_certificate(content: Content) -> bytes:
    """The certificate as PDF bytes; takes some 30 ms of one core. Raises CertificateNotMade."""
    with tempfile.TemporaryDirectory(prefix="certificate-") as name:
        folder = Path(name)
        (folder / TEMPLATE).write_bytes((files("charter.certificate") / TEMPLATE).read_bytes())
        (folder / CODE).write_bytes(code_of(content.page))
        (folder / "data.json").write_bytes(msgspec.json.encode(facts_of(content)))
        try:
            pdf, _ = typst.compile_with_warnings(
                str(folder / TEMPLATE),
                root=name,
                font_paths=list(font_folders()),
                ignore_system_fonts=True,
                format="pdf",
                pdf_standards=["ua-1"],
                # Of the day that it tells of, and never of the moment when it was set: that would change its bytes.
                timestamp=int(datetime.combine(content.last_confirmed_on, time(), UTC).timestamp()),
            )
        except typst.TypstError as error:
            logger.error("certificate not set: %s", error.message)
            raise CertificateNotMade from None
    return bytes(pdf)


def code_of(address: str) -> bytes:
    """The address as a QR code in SVG; a quarter of it may be lost to a pin or a stain."""
    drawn = io.BytesIO()
    segno.make(address, error="q", micro=False).save(drawn, kind="svg", border=4, xmldecl=False, dark="#2b1f52")
    return drawn.getvalue()


def facts_of(content: Content) -> dict[str, Any]:
    """What the template prints, in words that our fonts can draw."""
    facts: dict[str, Any] = all_printable(
        {
            # PDF/UA wants a title, and one of nothing but invisible characters is none.
            "name": content.name,
            "reference": content.reference,
            "version": content.charter_version,
            "pledges": [pledge.text for pledge in content.pledges],
            "signed-on": long_date(content.signed_on),
            "confirmed-on": long_date(content.last_confirmed_on),
            "page": content.page,
        }
    )
    facts["name"] = facts["name"].strip() or content.reference
    note = NOT_WHOLE if REPLACEMENT in facts["name"] else ""
    # The address as it is followed; the one that is read may break where a word is too long.
    return {**facts, "link": content.page, "note": note, "code": CODE, "fonts": list(FAMILIES)}
