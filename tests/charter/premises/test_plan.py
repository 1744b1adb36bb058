"""What a spreadsheet would do to the premises that are there."""

import random
from uuid import uuid4

import msgspec
from hypothesis import example, given
from hypothesis import strategies as st

from charter.premises.plan import Plan, planned, worth_a_look
from charter.premises.rows import Kept
from charter.premises.sheet import SheetRow, read_sheet, write_sheet
from charter.signing import MAX_PREMISES, Premises
from tests.charter.premises.chains import kept_premises, premises, row, sheet


def kept(sent: Premises, sequence: int = 0) -> Kept:
    """Premises as they stand in the register."""
    listed = sent.listed is not False
    return Kept(id=uuid4(), sequence=sequence, borough=None, premises=msgspec.structs.replace(sent, listed=listed))


def rows(*sent: Premises) -> list[SheetRow]:
    """Rows of a spreadsheet, from row 2 on."""
    return [SheetRow(row=place, premises=one) for place, one in enumerate(sent, start=2)]


def counts(plan: Plan) -> tuple[int, int, int, int]:
    """How many are added, changed, unchanged and refused."""
    return len(plan.added), len(plan.changed), plan.unchanged, len(plan.problems)


@given(st.lists(kept_premises(), max_size=6))
@example([kept(premises("Kiosk", address=","))])
def test_a_download_that_is_sent_back_changes_nothing(existing: list[Kept]) -> None:
    """Whatever stands in it, the same place twice among it."""
    downloaded = read_sheet(write_sheet(existing).encode()).rows if existing else []

    assert counts(planned(downloaded, existing)) == (0, 0, len(existing), 0)


def test_a_place_is_known_by_its_name_and_address_however_spelled() -> None:
    """Case, punctuation and street abbreviations aside; it is changed, and not added again."""
    there = kept(premises("The Lamb", address="1 Example Street", postcode="SE1 1AA"))
    plan = planned(rows(premises("LAMB", address="1, Example St.", postcode="se11aa")), [there])

    assert counts(plan) == (0, 1, 0, 0)
    assert plan.changed[0].before == there


def test_a_reference_says_more_than_a_name() -> None:
    """A shop that moved and was renamed is the same shop under its number."""
    there = kept(premises("Old Name", own_reference="Shop 7"))
    plan = planned(rows(premises("New Name", address="9 Other Road", own_reference=" shop 7")), [there])

    assert counts(plan) == (0, 1, 0, 0)
    assert plan.changed[0].premises.name == "New Name"


def test_two_units_at_one_address_are_told_apart_by_their_references() -> None:
    """A chain's two kiosks in a station have one name and one address."""
    kiosks = [premises("Kiosk", own_reference="K1"), premises("Kiosk", own_reference="K2")]

    assert counts(planned(rows(*kiosks), [])) == (2, 0, 0, 0)
    assert counts(planned(rows(*kiosks), [kept(kiosks[1])])) == (1, 0, 1, 0)


def test_empty_cells_leave_what_is_there() -> None:
    """Whether it is listed above all: a refuge is never shown because a cell was left empty."""
    hours = [{"days": ["fri"], "opens": "18:00", "closes": "02:00"}]
    there = kept(premises(listed=False, own_reference="7", opening_hours=hours))
    plan = planned(rows(premises()), [there])

    assert counts(plan) == (0, 0, 1, 0)


def test_a_place_that_stands_in_two_rows_is_refused_in_both() -> None:
    """Each names the other, so that their order does not matter."""
    plan = planned(rows(premises(), premises("Other"), premises("the LAMB")), [])

    assert [problem.field for problem in plan.problems] == ["rows[0].name", "rows[2].name"]
    assert plan.problems[0].message == "Row 2: the same name and address stands in row 4. Leave one out."


@given(st.randoms(use_true_random=False))
def test_what_is_refused_does_not_depend_on_the_order(shuffle: random.Random) -> None:
    """The same rows in any order have the same problems."""
    sent = [premises(), premises("the lamb"), premises("A", own_reference="1"), premises("B", own_reference="1")]
    shuffle.shuffle(sent)
    plan = planned(rows(*sent, premises("Fine")), [])

    assert sorted(problem.field.split(".")[1] for problem in plan.problems) == ["name"] * 2 + ["own_reference"] * 2


def test_no_more_premises_than_an_organisation_may_have() -> None:
    """Counted with those that are there."""
    existing = [kept(premises(f"Place {number}"), number) for number in range(MAX_PREMISES)]
    full = planned(rows(premises("One more")), existing)
    same = planned(rows(existing[0].premises), existing)

    assert [problem.field for problem in full.problems] == ["rows"]
    assert counts(same) == (0, 0, 1, 0)


def test_what_may_be_a_slip_is_worth_a_look() -> None:
    """Showing what was hidden, a second name at one address, and hours by day only."""
    there = [kept(premises("Refuge", address="1 Quiet Lane", listed=False)), kept(premises("Old Name"))]
    sent = sheet(
        row(name="Refuge", address="1 Quiet Lane", postcode="SE1 1AA", listed="yes"),
        row(name="New Name", address="1 Example Street", postcode="SE1 1AA"),
        row(name="Tea Room", opening_hours="daily 09:00-17:00"),
    )
    read = read_sheet(sent).rows

    assert worth_a_look(planned(read, there), there) == [
        "Row 2 would show premises that are unlisted now.",
        "Row 3 has the address of premises that you have under another name, and would be added beside them.",
        "Row 4 has opening hours that do not touch the night, 6pm to 6am.",
    ]
