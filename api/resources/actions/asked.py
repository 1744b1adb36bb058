"""What a list of issues or recommendations is narrowed by, as its address says it."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from litestar.di import NamedDependency, Provide
from litestar.exceptions import ValidationException
from litestar.params import QueryParameter

from api.resources.paging import Cursor, Limit, number_in
from audits.actions.issues import Asked
from audits.actions.life import ISSUE_STATES
from audits.actions.recommending import today_in_london
from audits.actions.suggesting import BODIES


async def asked(
    now: NamedDependency[datetime],
    programme_id: Annotated[UUID | None, QueryParameter(description="Of one programme only.")] = None,
    kind: Annotated[
        Literal["defect", "design"] | None, QueryParameter(description="Defects or design moves only.")
    ] = None,
    body_kind: Annotated[
        str | None, QueryParameter(description="To this kind of body only.", schema_extra={"enum": [*BODIES]})
    ] = None,
    # Litestar keeps the name `state` for itself.
    in_state: Annotated[
        str | None,
        QueryParameter(name="state", description="In one state only.", schema_extra={"enum": [*ISSUE_STATES]}),
    ] = None,
    overdue: Annotated[bool, QueryParameter(description="Only where something is late.")] = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Asked:
    """One more than is shown is asked for, which tells whether there is a next page."""
    return Asked(
        programme_id=programme_id,
        kind=kind,
        body=_known("body_kind", body_kind, BODIES),
        state=_known("state", in_state, ISSUE_STATES),
        overdue_on=today_in_london(now) if overdue else None,
        before=number_in(cursor),
        limit=limit + 1,
    )


def _known(name: str, value: str | None, known: Collection[str]) -> str | None:
    """The value, if it is one of those there are. Raises ValidationException, naming it as the address does."""
    if value is not None and value not in known:
        raise ValidationException(extra=[{"key": name, "message": f"Ask for one of {', '.join(known)}."}])
    return value


ASKED = {"asked": Provide(asked)}
