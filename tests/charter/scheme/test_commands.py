"""What the desk does with one signatory: everything with a reason, an event, and a sealed note."""

from datetime import timedelta
from uuid import UUID

import pytest

from charter.errors import LinkIsOver, NoSuchSignatory
from charter.keeping.queries import people_of
from charter.narrowing import Sought
from charter.queries import signatories, signatory
from charter.register import confirm
from charter.scheme.commands import (
    Listing,
    ask_again,
    correct,
    read_contacts,
    reinstate,
    suspend,
    write_letter,
    write_note,
)
from charter.scheme.errors import DecidedMeanwhile, NobodyToWriteTo, NotDone
from charter.scheme.queries import file_of, in_state, search, waiting
from charter.year.keeping_time import keep_the_year
from migrations.database import fetch_one, fetch_value
from tests.charter.builders import AMA, SEAL, Pen, every_letter, person

DESK = "an administrator's id"
LISTING = Listing(name="The Lamb & Flag", sector="hotel", website="https://lamb.example/", public_listing=True)


async def state_of(id: UUID) -> str:
    """The signatory's state."""
    return str(await fetch_value("select state from signatory where id = $1", id))


async def newest_event(id: UUID) -> str:
    """What was done last."""
    return str((await file_of(id, seal=SEAL)).events[0]["action"])


async def test_contacts_are_read_for_a_purpose(database: str) -> None:
    """Which is kept, sealed, with an event that does not hold it."""
    pen = Pen()
    id = await pen.stand()

    people = await read_contacts(id, purpose="Ama rang us", by=DESK, desk=pen.desk())

    file = await file_of(id, seal=SEAL)
    assert [one.email for one in people] == ["ama@lamb.example", "jo@lamb.example"]
    assert (file.notes[0].text, file.notes[0].by, file.notes[0].kind) == ("Ama rang us", DESK, "contacts-read")
    assert file.events[0]["action"] == "contacts-read" and file.events[0]["detail"] is None


async def test_contacts_are_not_read_without_one(database: str) -> None:
    """Nothing is opened, and nothing written."""
    pen = Pen()
    id = await pen.stand()

    with pytest.raises(NotDone) as refused:
        await read_contacts(id, purpose=" \n", by=DESK, desk=pen.desk())

    assert [error.field for error in refused.value.errors] == ["purpose"]
    assert (await file_of(id, seal=SEAL)).notes == []


async def test_a_suspended_organisation_is_out_of_the_register_and_comes_back(database: str) -> None:
    """It is hidden while it lasts, its people are told, and its year goes on."""
    pen = Pen()
    id = await pen.stand()
    await every_letter()

    await suspend(id, reason="Complaints", by=DESK, desk=pen.desk())
    with pytest.raises(NoSuchSignatory):
        await signatory(id)
    hidden = await signatories(Sought(), limit=10, cursor=None)
    told = [letter.opened(SEAL).to for letter in await every_letter()]
    back = await reinstate(id, reason="Settled", by=DESK, desk=pen.desk())

    assert (back, await state_of(id), hidden.entries, told) == ("active", "active", [], [AMA])
    assert (await signatory(id)).state == "active"


@pytest.mark.parametrize(("days", "state"), [(364, "active"), (366, "review_due"), (400, "lapsed")])
async def test_a_reinstated_organisation_stands_as_its_calendar_says(database: str, days: int, state: str) -> None:
    """Nobody gains time by being suspended, and the calendar leaves whoever is suspended alone."""
    pen = Pen()
    id = await pen.stand()
    await suspend(id, reason="Complaints", by=DESK, desk=pen.desk())
    pen.move(days=days)
    await keep_the_year(desk=pen.desk())
    meanwhile = await state_of(id)

    assert await reinstate(id, reason="Settled", by=DESK, desk=pen.desk()) == state
    assert (meanwhile, await state_of(id)) == ("suspended", state)


async def test_what_is_over_cannot_be_decided_again(database: str) -> None:
    """Neither suspended twice, nor let back twice, nor suspended before it stands."""
    pen = Pen()
    id = await pen.stand()
    applied = (await pen.sign("The Bell")).id
    await suspend(id, reason="Complaints", by=DESK, desk=pen.desk())

    for again in (id, applied):
        with pytest.raises(DecidedMeanwhile):
            await suspend(again, reason="Complaints", by=DESK, desk=pen.desk())
    await reinstate(id, reason="Settled", by=DESK, desk=pen.desk())
    with pytest.raises(DecidedMeanwhile):
        await reinstate(id, reason="Settled", by=DESK, desk=pen.desk())


async def test_a_listing_is_corrected_with_a_reason(database: str) -> None:
    """What it said before stands in the sealed note only; it is found by its new name."""
    pen = Pen()
    id = await pen.stand("The Lamm")

    await correct(id, LISTING, reason="A slip", by=DESK, desk=pen.desk())

    file, entry = await file_of(id, seal=SEAL), await signatory(id)
    assert (entry.name, entry.sector) == (LISTING.name, "hotel")
    assert "name was: The Lamm" in file.notes[0].text
    assert (file.row["likeness"], file.row["site"]) == ("lamb and flag", "lamb.example")
    assert "Lamm" not in (file.events[0]["detail"] or "")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 301}, "name"),
        ({"sector": "brewery"}, "sector"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"website": "https://[::1"}, "website"),
    ],
)
async def test_a_wrong_correction_changes_nothing(database: str, changes: dict[str, str], field: str) -> None:
    """And says which field."""
    pen = Pen()
    id = await pen.stand()
    wrong = Listing(**{**{name: getattr(LISTING, name) for name in Listing.__struct_fields__}, **changes})

    with pytest.raises(NotDone) as refused:
        await correct(id, wrong, reason="A slip", by=DESK, desk=pen.desk())

    assert [error.field for error in refused.value.errors] == [field]
    assert (await signatory(id)).name == "The Lamb"


async def test_a_correction_without_a_change_is_none(database: str) -> None:
    """An event that says nothing would hide those that do."""
    pen = Pen()
    id = await pen.stand()
    same = Listing(name="The Lamb", sector="pub_or_bar", website=None, public_listing=True)

    with pytest.raises(NotDone):
        await correct(id, same, reason="A slip", by=DESK, desk=pen.desk())

    assert await newest_event(id) == "confirmed"


async def test_the_desk_writes_to_whoever_confirmed(database: str) -> None:
    """One letter to each address, whose words are kept with the file; markup in them is text."""
    pen = Pen()
    both = person(AMA)
    id = await pen.stand(champion=both)
    await every_letter()

    count = await write_letter(id, subject="Your <b>sign", text="Dear Ama,\nplease look.", by=DESK, desk=pen.desk())

    letters = [letter.opened(SEAL) for letter in await every_letter()]
    assert count == len(letters) == 1 and letters[0].to == AMA
    assert "please look." in letters[0].text and "<b>" not in letters[0].html
    assert (await file_of(id, seal=SEAL)).notes[0].text == "Your <b>sign\n\nDear Ama,\nplease look."


async def test_nobody_is_written_to_before_anybody_confirmed(database: str) -> None:
    """The addresses are not known to be theirs."""
    pen = Pen()
    id = (await pen.sign()).id

    with pytest.raises(NobodyToWriteTo):
        await write_letter(id, subject="Hello", text="Hello", by=DESK, desk=pen.desk())

    assert (await file_of(id, seal=SEAL)).notes == []


async def test_whoever_signed_is_asked_again(database: str) -> None:
    """By a new link; the older one is over, and its letter is not sent any more."""
    pen = Pen()
    id = (await pen.sign()).id
    pen.move(days=3)

    await ask_again(id, by=DESK, desk=pen.desk())

    letters = [letter.opened(SEAL) for letter in await every_letter(pen.now)]
    assert sorted(letter.to for letter in letters) == ["ama@lamb.example", "jo@lamb.example"]
    with pytest.raises(LinkIsOver):
        await confirm(pen.tokens[0], desk=pen.desk())
    assert (await confirm(pen.tokens[-1], desk=pen.desk())).state == "active"


async def test_whoever_confirmed_is_not_asked_again(database: str) -> None:
    """There is nothing left to confirm."""
    pen = Pen()
    id = await pen.stand()

    with pytest.raises(DecidedMeanwhile):
        await ask_again(id, by=DESK, desk=pen.desk())

    assert len(await people_of(1)) == 2


async def test_notes_are_sealed_and_read_at_the_desk(database: str) -> None:
    """The words stand in no column in clear, and the newest comes first."""
    pen = Pen()
    id = await pen.stand()
    await write_note(id, text="Spoke to Jo", by=DESK, desk=pen.desk())
    await write_note(id, text="Jo rang back", by=DESK, desk=pen.desk())

    row = await fetch_one("select sealed from scheme_note limit 1")
    assert row is not None and b"Jo" not in bytes(row["sealed"])
    assert [note.text for note in (await file_of(id, seal=SEAL)).notes] == ["Jo rang back", "Spoke to Jo"]


async def test_any_signatory_is_found_by_name_reference_state_and_borough(database: str) -> None:
    """Also those that the public cannot see; LIKE's own signs are letters."""
    pen = Pen()
    await pen.stand("Café 100%")
    applied = await pen.sign("Die Küche")

    names = {
        q: [one.name for one in (await search(q, state=None, borough=None)).signatories] for q in ("CAFE", "%", "_")
    }
    by_reference = await search(applied.reference.lower(), state=None, borough=None)

    assert names == {"CAFE": ["Café 100%"], "%": ["Café 100%"], "_": []}
    assert [one.id for one in by_reference.signatories] == [applied.id]
    assert [one.name for one in (await search("", state="applied", borough=None)).signatories] == ["Die Küche"]
    assert (await search("", state=None, borough="E09000001")).signatories == []


async def test_the_desk_sees_what_waits_and_since_when(database: str) -> None:
    """Counts, with the oldest of each."""
    pen = Pen()
    await pen.sign("The Bell")
    began = pen.now
    pen.move(hours=5)
    await pen.sign("The Lamb")

    found = await waiting()

    assert (found["applied"], found["applied_since"], found["held"]) == (2, began, 0)
    assert [one.name for one in (await in_state("applied")).signatories] == ["The Bell", "The Lamb"]
    assert pen.now - found["applied_since"] == timedelta(hours=5)
