"""A signatory's certificate and badge: made from the register at the moment when they are asked for."""

from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from api.settings import Settings
from charter import queries
from charter.certificate.badge import badge, told
from charter.certificate.content import content_of
from charter.certificate.setting import certificate
from charter.wordings import pledges_of

# Short, for a badge must not say for long what is true no more; shared caches may keep it so that a busy site is no
# burden. Anybody may embed a badge: it is the one picture of ours that is meant for other people's pages.
EMBEDDED = {"Cache-Control": "public, max-age=300", "Cross-Origin-Resource-Policy": "cross-origin"}


@get(
    "/api/charter/signatories/{signatory_id:uuid}/certificate.pdf",
    tags=["charter"],
    summary="A signatory's certificate, to print",
    media_type="application/pdf",
)
async def certificate_pdf(signatory_id: FromPath[UUID], settings: NamedDependency[Settings]) -> Response[bytes]:
    """Tagged (PDF/UA-1), with a code that leads here. 409 once it lapsed or withdrew, 404 for a hidden one."""
    entry = await queries.signatory(signatory_id)
    content = content_of(entry, await pledges_of(entry.charter_version), base_url=settings.base_url)
    headers = {
        "Content-Disposition": f'inline; filename="{content.reference}.pdf"',
        "Cache-Control": "public, max-age=300",
    }
    return Response(await certificate(content), media_type="application/pdf", headers=headers)


@get(
    "/api/charter/signatories/{signatory_id:uuid}/badge.svg",
    tags=["charter"],
    summary="A signatory's badge, for its web site",
    media_type="image/svg+xml",
)
async def badge_svg(signatory_id: FromPath[UUID]) -> Response[str]:
    """Says what is true today, also once the signature lapsed or was withdrawn; 404 for a hidden one."""
    shown = badge(told(await queries.signatory(signatory_id)))
    return Response(shown, media_type="image/svg+xml", headers=EMBEDDED)


PROOFS = [certificate_pdf, badge_svg]
