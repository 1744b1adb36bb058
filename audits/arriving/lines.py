"""Walks in a file, one JSON object a line: what each line says, or what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec

from audits.errors import AuditError, FieldError
from audits.responses import Response, check_response
from audits.walks import Walk, Wire, check

Sent = TypeVar("Sent", Walk, Response)
MAX_LINE_BYTES = 20_000_000  # a walk of 500 stops with full notes is about 3 MB, its responses as much again
MAX_LABEL = 200


class ImportedWalk(Walk, frozen=True, kw_only=True):
    """The body of PUT /api/walks/{id}, with its id."""

    id: UUID


class ImportedResponse(Response, frozen=True, kw_only=True):
    """The body of PUT /api/responses/{id}, with its id and any stable label of who said it."""

    id: UUID
    auditor: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_LABEL)]


class Line(Wire, frozen=True, kw_only=True):
    """One line: a walk, and what was said alone at its stops."""

    walk: ImportedWalk
    responses: tuple[ImportedResponse, ...] = ()


class LineRefused(AuditError):
    """The line was not taken; the message says why, and never what it held."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """A response of the line: its id, who said it, and what a phone would have sent."""

    id: UUID
    label: str
    response: Response


@dataclass(frozen=True, kw_only=True)
class WalkLine:
    """A line that may be taken: `number` counts from 1, blank lines too, as editors do."""

    number: int
    walk_id: UUID
    walk: Walk
    said: tuple[Said, ...]


def read_line(number: int, line: bytes, *, programme_id: UUID) -> WalkLine:
    """What a line says, checked like anything that a phone sends. Raises LineRefused.

    The walk belongs to the programme that it is imported into, whatever programme it names.
    """
    if len(line) > MAX_LINE_BYTES:
        raise LineRefused(f"The line is longer than {MAX_LINE_BYTES:,} bytes. Write one walk a line.")
    try:
        content = msgspec.json.decode(line, type=Line)
        walk = as_sent(content.walk, Walk, programme_id=programme_id)
        check(walk)
        said = tuple(_said(response) for response in content.responses)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise LineRefused(_unreadable(error)) from None
    except AuditError as error:
        raise LineRefused(_unacceptable(error)) from None
    _refuse_foreign(content.walk, said)
    return WalkLine(number=number, walk_id=content.walk.id, walk=walk, said=said)


def _said(response: ImportedResponse) -> Said:
    sent = as_sent(response, Response)
    check_response(sent)
    return Said(id=response.id, label=response.auditor, response=sent)


def as_sent(imported: Any, kind: type[Sent], **instead: Any) -> Sent:
    """What a phone would have sent: the fields of `kind`, but for those in `instead`."""
    fields: Mapping[str, Any] = {name: getattr(imported, name) for name in kind.__struct_fields__}
    return kind(**{**fields, **instead})


def _refuse_foreign(walk: ImportedWalk, said: tuple[Said, ...]) -> None:
    """A response in a walk's line is to a stop of that walk, and each woman answers once at a stop."""
    stops = {stop.id for stop in walk.stops}
    if any(each.response.walk_id != walk.id or each.response.stop_id not in stops for each in said):
        raise LineRefused("A response names another walk, or a stop that is not in this one. Put it beside its walk.")
    if len({(each.label, each.response.stop_id) for each in said}) < len(said):
        raise LineRefused("An auditor answers twice at one stop. Keep one of the two responses.")
    if len({each.id for each in said}) < len(said):
        raise LineRefused("Two responses have one id. Give each its own.")


def _unreadable(error: Exception) -> str:
    # msgspec names the place and the kind of what is wrong, and never the value.
    reason = str(error) if isinstance(error, msgspec.MsgspecError) else "it is not UTF-8, or nested too deep"
    return f"The line cannot be read: {reason.rstrip('.')}."


def _unacceptable(error: AuditError) -> str:
    errors: tuple[FieldError, ...] = tuple(getattr(error, "errors", ()))
    if not errors:
        return str(error)
    return "; ".join(f"{each.field}: {each.message.rstrip('.')}" for each in errors[:3]) + "."
