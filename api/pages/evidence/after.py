"""What comes after an edition: setting it beside an earlier one, and withdrawing it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from api.pages.evidence.acting import FORM
from api.pages.evidence.edition import comparable, summary
from api.pages.evidence.words import CLASSES, KNOWN
from api.pages.kit.forms import Form
from api.roles import Principal
from audits.errors import EditionNotAcceptable, EditionNotReady
from audits.photo_store.store import PhotoStore
from audits.reports.editions import hand_out
from audits.reports.life.comparing import Compared, compared
from audits.reports.life.withdrawing import withdraw_edition
from audits.reports.looking.queries import named_cells
from audits.reports.queries import edition, edition_of_hers
from audits.reports.words.dictionary import label_of
from audits.reports.words.figures import MINUS

LAYER = "hotspots.geojson"


@get("/evidence/editions/{edition_id:uuid}/beside/{earlier_id:uuid}", include_in_schema=False)
async def beside(
    edition_id: FromPath[UUID],
    earlier_id: FromPath[UUID],
    who: NamedDependency[Principal],
    now: NamedDependency[datetime],
    photo_store: NamedDependency[PhotoStore],
) -> Template:
    """What is flagged in one and not in the other, from what both have published."""
    later, earlier = await edition(edition_id, caller=who.caller), await edition(earlier_id, caller=who.caller)
    if not comparable(earlier, later):
        raise EditionNotReady("Only two ready editions of the same programmes for the same readers can be compared.")
    layers = [await hand_out(one.id, LAYER, caller=who.caller, now=now) for one in (earlier, later)]
    rows = compared(*[await photo_store.get(layer.sha256) for layer in layers])
    context = {"later": summary(later), "earlier": summary(earlier), "rows": await _rows(rows)}
    return Template("evidence/beside.html", context=context)


async def _rows(rows: Sequence[Compared]) -> list[dict[str, str]]:
    names = await named_cells(row.cell for row in rows)
    return [_row(row, names[row.cell]) for row in rows]


def _row(row: Compared, where: str) -> dict[str, str]:
    return {
        "where": f"{where} ({row.cell})",
        "known": KNOWN[row.known],
        "factor": label_of(row.factor),
        "before": _said(row.before, row.estimate_before),
        "after": _said(row.after, row.estimate_after),
    }


def _said(kind: str | None, estimate: float | None) -> str:
    if kind is None:
        return "Not walked"
    return CLASSES[kind] + ("" if estimate is None else f", {estimate:+.1f}".replace("-", MINUS))


@get("/evidence/editions/{edition_id:uuid}/withdraw", include_in_schema=False)
async def withdraw_form(edition_id: FromPath[UUID], who: NamedDependency[Principal]) -> Template:
    """What withdrawing means, and why it is done."""
    return await _page(edition_id, who, Form({}))


@post("/evidence/editions/{edition_id:uuid}/withdraw", dependencies=FORM, include_in_schema=False, status_code=303)
async def withdraw(
    form: NamedDependency[Form],
    edition_id: FromPath[UUID],
    who: NamedDependency[Principal],
    now: NamedDependency[datetime],
) -> Template | Redirect:
    """Withdraw it, or show what is wrong."""
    try:
        await withdraw_edition(edition_id, form.text("reason"), by=who.caller, now=now)
        return Redirect(f"/evidence/editions/{edition_id}", status_code=303)
    except EditionNotAcceptable as refused:
        form.refuse_all(refused.errors)
    return await _page(edition_id, who, form)


async def _page(edition_id: UUID, who: Principal, form: Form) -> Template:
    found = await edition_of_hers(edition_id, caller=who.caller)
    context: dict[str, Any] = {"one": summary(found), "form": form, "back": f"/evidence/editions/{edition_id}"}
    return Template("evidence/withdraw.html", context=context, status_code=form.status)


HANDLERS = [beside, withdraw_form, withdraw]
