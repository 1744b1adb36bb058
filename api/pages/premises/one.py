"""One of an organisation's premises: added, changed, moved or closed by a form that finds where it is."""

import csv
import io
import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template

from api.pages.kit.forms import Form, typed
from api.pages.kit.known_places import MAX_SOUGHT, borough_at, choices, details, known, near, position_chosen
from api.pages.premises.listing import PREMISES, around
from api.resources.mine.acting import member_for
from api.roles import Principal
from charter.errors import ChangedMeanwhile, FieldError, PremisesNotAcceptable
from charter.keeping.members import Member
from charter.premises.commands import add_premises, change_premises, close_premises
from charter.premises.hours import write_hours
from charter.premises.queries import one_premises_of
from charter.premises.rows import Kept
from charter.premises.sheet import read_sheet
from charter.register import Desk
from charter.signing import Premises
from geo.places.written import as_written, position_written
from migrations.sealing import Seal

ONE = f"{PREMISES}/{{premises_id:uuid}}"
# The form's fields, which are read as the columns of a spreadsheet of one row; and what asks for a position there.
FIELDS = ("name", "address", "postcode", "position", "listed", "opening_hours", "own_reference")
A_POSITION = ("location", "coordinates", "longitude", "latitude")
IN_A_SHEET = re.compile(r"^Row \d+: ")
WHERE = "Select a place, or enter a position such as 51.50550, -0.08770, a link copied from a map, or TQ 32700 80200"
SHOWN = "Select yes if the public may see where this is"
Known = Annotated[str, QueryParameter(description="The number of a venue to begin with.")]


@get(f"{PREMISES}/add", include_in_schema=False)
async def adding(signatory_id: FromPath[UUID], who: NamedDependency[Principal], venue: Known = "") -> Template:
    """A form with what is known of a venue, or an empty one; shown to the public as its sector is by default."""
    by = await member_for(who, signatory_id)
    chosen, listed = await known(venue), (await around(by))["listed"]
    begun = details(chosen) if chosen else {}
    return await _form(by, Form({"listed": "yes" if listed else "no", **begun}))


@post(f"{PREMISES}/add", include_in_schema=False, status_code=303)
async def add(
    signatory_id: FromPath[UUID],
    request: Request[Any, Any, Any],
    who: NamedDependency[Principal],
    desk: NamedDependency[Desk],
) -> Template | Redirect:
    """Add them as the organisation's last."""
    by, form = await member_for(who, signatory_id), await _sent(request)
    if not await _kept(form, lambda premises: add_premises(premises, by=by, desk=desk)):
        return await _form(by, form)
    return Redirect(f"/desk/{signatory_id}/premises?saved=added", status_code=303)


@get(ONE, include_in_schema=False)
async def changing(
    signatory_id: FromPath[UUID],
    premises_id: FromPath[UUID],
    who: NamedDependency[Principal],
    seal: NamedDependency[Seal],
) -> Template:
    """The form with what is kept."""
    by = await member_for(who, signatory_id)
    kept = await one_premises_of(by.signatory, premises_id, seal=seal)
    return await _form(by, Form(_values(kept)), premises_id)


@post(ONE, include_in_schema=False, status_code=303)
async def change(
    signatory_id: FromPath[UUID],
    premises_id: FromPath[UUID],
    request: Request[Any, Any, Any],
    who: NamedDependency[Principal],
    desk: NamedDependency[Desk],
) -> Template | Redirect:
    """Change or move them, unless somebody else did meanwhile."""
    by, form = await member_for(who, signatory_id), await _sent(request)
    await one_premises_of(by.signatory, premises_id, seal=desk.seal)
    etag = form.text("etag")
    if not await _kept(form, lambda premises: change_premises(premises_id, premises, etag=etag, by=by, desk=desk)):
        return await _form(by, form, premises_id)
    return Redirect(f"/desk/{signatory_id}/premises?saved=changed", status_code=303)


@get(f"{ONE}/close", include_in_schema=False)
async def sure(
    signatory_id: FromPath[UUID],
    premises_id: FromPath[UUID],
    who: NamedDependency[Principal],
    seal: NamedDependency[Seal],
) -> Template:
    """What follows, before it is done."""
    by = await member_for(who, signatory_id)
    kept = await one_premises_of(by.signatory, premises_id, seal=seal)
    return Template("premises/close.html", context={**await around(by), "kept": kept})


@post(f"{ONE}/close", include_in_schema=False, status_code=303)
async def close(
    signatory_id: FromPath[UUID],
    premises_id: FromPath[UUID],
    request: Request[Any, Any, Any],
    who: NamedDependency[Principal],
    desk: NamedDependency[Desk],
) -> Redirect:
    """Close them as they were seen."""
    by, form = await member_for(who, signatory_id), Form(await typed(request))
    await close_premises(premises_id, etag=form.text("etag"), by=by, desk=desk)
    return Redirect(f"/desk/{signatory_id}/premises?saved=closed", status_code=303)


def _values(kept: Kept) -> dict[str, str]:
    premises = kept.premises
    longitude, latitude = premises.location.coordinates[:2]
    return {
        "etag": kept.etag,
        "name": premises.name,
        "address": premises.address,
        "postcode": premises.postcode,
        "position": as_written(longitude, latitude),
        "listed": "yes" if premises.listed else "no",
        "opening_hours": write_hours(premises.opening_hours),
        "own_reference": premises.own_reference or "",
    }


async def _sent(request: Request[Any, Any, Any]) -> Form:
    """What was typed, with the position of the place that was chosen."""
    fields = Form(await typed(request))
    position = await position_chosen(fields.text("at"), fields.text("position"))
    return Form({**fields.values, "position": [position]})


async def _kept(form: Form, keep: Callable[[Premises], Awaitable[Any]]) -> bool:
    """Whether what was typed is kept now; else the form says why, or has places to choose from."""
    if _asks_for_places(form):
        return False
    try:
        await keep(_read(form))
    except PremisesNotAcceptable as refused:
        _refuse(form, refused.errors)
    except ChangedMeanwhile as refused:
        form.refuse("name", str(refused))
    return not form.errors


def _asks_for_places(form: Form) -> bool:
    """Whether she searches for places to choose from; Enter in another field presses that button too, and saves."""
    return bool(form.text("find") and form.text("near").strip() and form.text("near") != form.text("sought"))


def _read(form: Form) -> Premises:
    """What was typed, read as a spreadsheet of one row is. Raises PremisesNotAcceptable."""
    if not position_written(form.text("position")):
        form.refuse("position", WHERE)
    if form.text("listed") not in ("yes", "no"):
        form.refuse("listed", SHOWN)
    written = io.StringIO()
    csv.writer(written).writerows([FIELDS, [form.text(field) or " " for field in FIELDS]])
    sheet = read_sheet(written.getvalue().encode())
    if form.errors or sheet.problems or not sheet.rows:
        raise PremisesNotAcceptable(sheet.problems or ())
    return sheet.rows[0].premises


def _refuse(form: Form, errors: tuple[FieldError, ...]) -> None:
    for field, message in errors:
        names = [part for part in re.split(r"[.\[\]]+", field) if part in FIELDS + A_POSITION]
        name = names[0] if names else "name"
        form.refuse("position" if name in A_POSITION else name, IN_A_SHEET.sub("", message))


async def _form(by: Member, form: Form, premises_id: UUID | None = None) -> Template:
    context = await around(by)
    sought = form.text("near")[:MAX_SOUGHT]
    context |= {
        "form": form,
        "action": f"{context['page']}/{premises_id or 'add'}",
        "new": premises_id is None,
        "near": sought,
        "found": choices(await near(sought, form.text("postcode"))) if _needs_places(form) else [],
        "borough": await borough_at(form.text("position")),
    }
    return Template("premises/one.html", context=context, status_code=form.status)


def _needs_places(form: Form) -> bool:
    """Whether she searched, or gave a postcode and no position."""
    return bool(form.text("near").strip()) or not position_written(form.text("position"))


HANDLERS = [adding, add, changing, change, sure, close]
