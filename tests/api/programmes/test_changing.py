"""Changing what a programme says: by who leads it, while it is open, and never what it is walked by."""

from datetime import date

import pytest

from audits.errors import ProgrammeClosed, ProgrammeNotAcceptable
from audits.planning.changing import Words, change_words
from audits.programmes import close_programme
from migrations.database import fetch
from tests.api.programmes.leading import create
from tests.api.register.pages import words
from tests.audits.builders import LEAD, NOW, a_programme
from tests.people import Service

SAID = Words(
    name="Brixton by night",
    purpose="Which streets to light first.",
    lead_body="E09000022",
    opens_on=date(2026, 10, 2),
    closes_on=date(2027, 1, 31),
)
TYPED = {
    "name": " Brixton by night ",
    "purpose": "",
    "lead_body": "",
    **dict(zip(("opens_on-day", "opens_on-month", "opens_on-year"), ("2", "10", "2026"), strict=True)),
    **dict(zip(("closes_on-day", "closes_on-month", "closes_on-year"), ("31", "1", "2027"), strict=True)),
}


async def test_a_lead_changes_it_on_a_page(service: Service) -> None:
    """The form shows what it says now; an error stands at its field with all that was typed; then it is said."""
    lead = await service.staff_browser("lead")
    id = await create(lead)
    form = (await lead.get(f"/programmes/{id}/change")).text
    wrong = await lead.post(f"/programmes/{id}/change", data={**TYPED, "name": " ", "closes_on-year": "2025"})
    done = await lead.post(f"/programmes/{id}/change", data=TYPED)
    page = words((await lead.get(done.headers["location"])).text)

    assert 'value="Brixton after dark"' in form and "Which streets to light first." in form
    assert wrong.status_code == 422 and "Enter a name" in wrong.text and "cannot close before it opens" in wrong.text
    assert 'value="2025"' in wrong.text
    assert done.status_code == 303 and "Brixton by night" in page and "31 January 2027" in page
    assert "The programme was changed" in page and "Which streets" not in page


async def test_it_is_nobody_else_s_to_change(service: Service) -> None:
    """Another lead is told that it is not there; an analyst that it is not hers."""
    id = await create(await service.staff_browser("lead"))
    other, analyst = await service.staff_browser("lead"), await service.staff_browser("analyst")

    assert [(await other.get(f"/programmes/{id}/change")).status_code] == [404]
    assert [(await other.post(f"/programmes/{id}/change", data=TYPED)).status_code] == [404]
    assert [(await analyst.post(f"/programmes/{id}/change", data=TYPED)).status_code] == [403]


async def test_what_was_changed_is_in_the_trail(database: str) -> None:
    """By its names, never its words; the same again is no change; area, questions and walks stay."""
    programme = await a_programme()
    changed = await change_words(programme.id, SAID, by=LEAD, now=NOW)
    again = await change_words(programme.id, SAID, by=LEAD, now=NOW)
    told = await fetch("select detail from audit_event where subject = 'programme' and action = 'changed'")

    assert (changed.name, changed.purpose, changed.closes_on) == (SAID.name, SAID.purpose, SAID.closes_on)
    assert changed == again and (changed.area, changed.instrument_version) == (
        programme.area,
        programme.instrument_version,
    )
    assert [row["detail"].startswith('{"fields":"closes_on, ') for row in told] == [True]
    assert "Brixton by night" not in str(told)


async def test_a_closed_programme_says_what_it_says(database: str) -> None:
    """And what cannot be accepted is refused at each of its fields."""
    programme = await a_programme()
    with pytest.raises(ProgrammeNotAcceptable) as refused:
        wrong = Words(
            name="x" * 201, purpose=" ", lead_body="E1", opens_on=date(2026, 2, 1), closes_on=date(2026, 1, 1)
        )
        await change_words(programme.id, wrong, by=LEAD, now=NOW)
    await close_programme(programme.id, by=LEAD, now=NOW)
    with pytest.raises(ProgrammeClosed):
        await change_words(programme.id, SAID, by=LEAD, now=NOW)

    assert {error.field for error in refused.value.errors} == {"name", "purpose", "lead_body", "closes_on"}
