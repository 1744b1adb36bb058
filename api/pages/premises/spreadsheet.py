"""Premises by a spreadsheet: the template, the file, a look at what it would do, and then all of its rows or none."""

import asyncio
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from api.pages.desk.sent import typed_with_file
from api.pages.kit.forms import Form, typed
from api.pages.premises.listing import PREMISES, around
from api.resources.mine.acting import member_for
from api.resources.mine.premises import MAX_SHEET_BYTES, as_download, readable_sheet
from api.roles import Principal
from charter.errors import PremisesNotAcceptable, UnreadableSheet
from charter.keeping.members import Member
from charter.premises.commands import take_rows
from charter.premises.plan import planned, worth_a_look
from charter.premises.queries import all_premises_of
from charter.premises.sheet import template, write_sheet
from charter.register import Desk
from charter.signing import MAX_ERRORS
from migrations.sealing import Seal

SHEET = f"{PREMISES}/spreadsheet"
ROOM_FOR_FIELDS = 20_000
ESCAPED = 3  # a byte of a form's field takes three where it is escaped
SHOWN = 20  # rows of each kind in the preview


@get(SHEET, include_in_schema=False)
async def choose(signatory_id: FromPath[UUID], who: NamedDependency[Principal]) -> Template:
    """Which file, and how it is written."""
    return await _asked(await member_for(who, signatory_id), Form())


@get(f"{SHEET}/template.csv", include_in_schema=False, media_type="text/csv")
async def template_csv(signatory_id: FromPath[UUID], who: NamedDependency[Principal]) -> Response[bytes]:
    """The columns and one line that shows how each is written."""
    await member_for(who, signatory_id)
    return as_download(template(), name="premises-template.csv")


@get(f"{SHEET}/premises.csv", include_in_schema=False, media_type="text/csv")
async def premises_csv(
    signatory_id: FromPath[UUID], who: NamedDependency[Principal], seal: NamedDependency[Seal]
) -> Response[bytes]:
    """What is kept, to be changed and sent back."""
    by = await member_for(who, signatory_id)
    kept = await all_premises_of(by.signatory, seal=seal)
    return as_download(await asyncio.to_thread(write_sheet, kept), name="premises.csv")


@post(SHEET, include_in_schema=False, status_code=200, request_max_body_size=MAX_SHEET_BYTES + ROOM_FOR_FIELDS)
async def preview(
    signatory_id: FromPath[UUID],
    request: Request[Any, Any, Any],
    who: NamedDependency[Principal],
    seal: NamedDependency[Seal],
) -> Template:
    """What the file would do; nothing is changed by looking."""
    by = await member_for(who, signatory_id)
    _, content = await typed_with_file(request, "file")
    if not content:
        return await _asked(by, Form(errors={"file": "Choose a CSV file."}))
    try:
        context = await _planned(content, by, seal)
    except (UnreadableSheet, PremisesNotAcceptable) as refused:
        return await _asked(by, Form(), [message for _, message in refused.errors])
    return Template("premises/preview.html", context={**await around(by), **context})


@post(f"{SHEET}/take", include_in_schema=False, status_code=303, request_max_body_size=ESCAPED * MAX_SHEET_BYTES)
async def take(
    signatory_id: FromPath[UUID],
    request: Request[Any, Any, Any],
    who: NamedDependency[Principal],
    desk: NamedDependency[Desk],
) -> Template | Redirect:
    """Take all rows of what was looked at, or none; what changed meanwhile is held against it again."""
    by, form = await member_for(who, signatory_id), Form(await typed(request))
    try:
        sheet = await readable_sheet(form.text("content").encode())
        await take_rows(sheet.rows, by=by, desk=desk)
    except (UnreadableSheet, PremisesNotAcceptable) as refused:
        return await _asked(by, Form(), [message for _, message in refused.errors])
    return Redirect(f"/desk/{signatory_id}/premises?saved=taken", status_code=303)


def as_text(content: bytes) -> str:
    """The file as the text that it was read as, for the page to send back."""
    for encoding in ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("cp1252", errors="replace")


async def _planned(content: bytes, by: Member, seal: Seal) -> dict[str, Any]:
    """What the file would do. Raises UnreadableSheet, PremisesNotAcceptable."""
    sheet = await readable_sheet(content)
    existing = await all_premises_of(by.signatory, seal=seal)
    plan = await asyncio.to_thread(planned, sheet.rows, existing)
    if plan.problems:
        raise PremisesNotAcceptable(plan.problems[:MAX_ERRORS])
    return {
        "plan": plan,
        "added": plan.added[:SHOWN],
        "changed": plan.changed[:SHOWN],
        "warnings": [*sheet.warnings, *worth_a_look(plan, existing)],
        "content": as_text(content),
    }


async def _asked(by: Member, form: Form, problems: list[str] | None = None) -> Template:
    if problems:
        form.refuse("file", "Nothing was changed. Put the rows below right, and choose the file again.")
    context = {**await around(by), "form": form, "problems": problems or [], "most": MAX_ERRORS}
    return Template("premises/spreadsheet.html", context=context, status_code=form.status)


HANDLERS = [choose, template_csv, premises_csv, preview, take]
