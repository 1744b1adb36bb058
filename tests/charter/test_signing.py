"""What must be true of a signature before it is taken, and which field is named when it is not."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from charter.errors import SignatureNotAcceptable
from charter.pledges import SECTORS
from charter.signing import (
    CONFIRMS_IN,
    IN_REGISTER,
    MAX_ERRORS,
    MAX_PREMISES,
    SHOWN_BY_ID,
    STATES,
    Premises,
    check,
    is_listed,
    known_as,
    london_date,
    may_confirm,
    one_person,
    reference,
    tidy_postcode,
    touches_night,
)
from tests.charter.builders import hours, organisation, parsed, person, place, signature

minutes = st.integers(0, 24 * 60 - 1)
MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)


def errors_of(body: dict[str, Any]) -> dict[str, str]:
    """The fields that `check` names, with what it says of them."""
    try:
        check(parsed(body), versions=["2018"])
    except SignatureNotAcceptable as refused:
        return {error.field: error.message for error in refused.errors}
    return {}


def at(minute: int) -> time:
    """The time of day so many minutes after midnight."""
    return time(minute // 60, minute % 60)


def test_a_whole_signature_is_taken() -> None:
    """The example of the contract, without premises too."""
    assert errors_of(signature()) == {}
    assert errors_of(signature(premises=[])) == {}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"charter_version": "2019"}, "charter_version"),
        ({"pledges": [1, 2, 3, 4, 5, 6]}, "pledges"),
        ({"pledges": [1, 2, 3, 4, 5, 6, 7, 7]}, "pledges"),
        ({"pledges": [1, 2, 3, 4, 5, 6, 8]}, "pledges"),
        ({"pledges": []}, "pledges"),
        ({"organisation": organisation(operates_at_night=False)}, "organisation.operates_at_night"),
        ({"organisation": organisation(sector="Pub or bar")}, "organisation.sector"),
        ({"organisation": organisation("  \t ")}, "organisation.name"),
        ({"organisation": organisation("x" * 301)}, "organisation.name"),
        ({"signatory": person(has_authority=False)}, "signatory.has_authority"),
        ({"signatory": person("ama", has_authority=True)}, "signatory.email"),
        ({"champion": person(job_title="")}, "champion.job_title"),
        ({"champion": person(name="x" * 301)}, "champion.name"),
        ({"premises": [place(), place(postcode="SE1")]}, "premises[1].postcode"),
        ({"premises": [place(address="")]}, "premises[0].address"),
        ({"premises": [place(at=(-0.08, 91))]}, "premises[0].location"),
        ({"premises": [place(at=(530_000, 180_000))]}, "premises[0].location"),
        ({"premises": [place(opening_hours=[hours("7pm")])]}, "premises[0].opening_hours[0].opens"),
        ({"premises": [place(opening_hours=[hours(closes="24:00")])]}, "premises[0].opening_hours[0].closes"),
        ({"premises": [place(opening_hours=[hours(days=[])])]}, "premises[0].opening_hours[0].days"),
        ({"premises": [place(opening_hours=[hours(days=["fri", "fri"])])]}, "premises[0].opening_hours[0].days"),
        ({"premises": [place(opening_hours=[hours()] * 51)]}, "premises[0].opening_hours"),
        ({"premises": [place(opening_hours=[hours("09:00", "18:00")])]}, "premises[0].opening_hours"),
    ],
)
def test_what_cannot_be_accepted_is_named(changes: dict[str, Any], field: str) -> None:
    """One thing wrong, one field named, and a sentence on what to do that does not repeat what was sent."""
    found = errors_of(signature(**changes))

    assert list(found) == [field]
    assert found[field].endswith(".") and "x" * 20 not in found[field]


def test_everything_wrong_is_said_at_once() -> None:
    """So that a form is put right in one go."""
    body = signature(pledges=[], premises=[place(postcode="?"), place(address=" ")], champion=person("@"))

    assert set(errors_of(body)) == {"pledges", "premises[0].postcode", "premises[1].address", "champion.email"}


def test_a_chain_may_send_5000_premises_and_no_more() -> None:
    """And thousands of faulty ones do not make an answer of thousands of lines."""
    faulty = [place(postcode="?")] * MAX_PREMISES

    assert list(errors_of(signature(premises=[*faulty, place()]))) == ["premises"]
    assert len(errors_of(signature(premises=faulty))) == MAX_ERRORS


@given(minutes, minutes)
@example(0, 0)
@example(6 * 60, 18 * 60)
@example(6 * 60, 18 * 60 + 1)
@example(6 * 60 - 1, 6 * 60)
def test_hours_touch_the_night_when_one_of_their_minutes_does(opens: int, closes: int) -> None:
    """Half-open, past midnight, or around the clock: the rule agrees with counting the minutes."""
    open_minutes = (closes - opens) % (24 * 60) or 24 * 60
    counted = any(not 6 * 60 <= (opens + minute) % (24 * 60) < 18 * 60 for minute in range(open_minutes))

    assert touches_night(at(opens), at(closes)) == counted


def test_one_line_of_night_hours_is_enough() -> None:
    """A chain's daytime cafe does not keep its bar from signing; and no hours at all say nothing against it."""
    day, night = hours("09:00", "17:00"), hours("22:00", "03:00")

    assert errors_of(signature(premises=[place(opening_hours=[day]), place(opening_hours=[day, night])])) == {}
    assert errors_of(signature(premises=[place(opening_hours=[])])) == {}
    assert errors_of(signature(premises=[place(opening_hours=[hours("09:00", "09:00")])])) == {}


@pytest.mark.parametrize(
    "email",
    [
        "plain",
        "two@@example.org",
        "a@b",
        "a@-b.org",
        ".a@b.org",
        "a..b@c.org",
        "a@b.org\r\nBcc: everybody@c.org",
        "a@b.org, c@d.org",
        "Ama <a@b.org>",
        "ämä@b.org",
        f"{'x' * 65}@b.org",
        f"a@{'b.' * 126}org",
        "",
    ],
)
def test_what_no_letter_could_reach_is_not_an_address(email: str) -> None:
    """Nor is what would add a header or a recipient to the letter."""
    assert list(errors_of(signature(champion=person(email)))) == ["champion.email"]


@pytest.mark.parametrize("email", ["a@b.org", "first.last+night@sub.example.co.uk", "o'neill@pub.london", "A_1@x-y.io"])
def test_a_usual_address_is_taken(email: str) -> None:
    """Apostrophes and plus signs are usual."""
    assert errors_of(signature(champion=person(email))) == {}


@pytest.mark.parametrize(
    ("website", "good"),
    [
        ("https://example.org", True),
        ("http://pub.example.org/night?x=1", True),
        (None, True),
        ("example.org", False),
        ("javascript:alert(1)//example.org", False),
        ("ftp://example.org", False),
        ("https://", False),
        ("https://[", False),
        ("https://user@example.org", False),
        ("https://example.org/a b", False),
        ("https://example.org/\n", False),
        ("https://example.org/" + "x" * 500, False),
    ],
)
def test_a_website_is_a_web_address(website: str | None, good: bool) -> None:
    """One that a page may link to."""
    assert (errors_of(signature(organisation=organisation(website=website))) == {}) == good


@pytest.mark.parametrize(
    ("written", "tidy"),
    [("SE1 1AA", "SE1 1AA"), ("se11aa", "SE1 1AA"), (" ec1a  1bb ", "EC1A 1BB"), ("W1A0AX", "W1A 0AX")],
)
def test_a_postcode_is_written_one_way(written: str, tidy: str) -> None:
    """In capitals, with one space before its last three; doing it twice changes nothing."""
    assert errors_of(signature(premises=[place(postcode=written)])) == {}
    assert tidy_postcode(written) == tidy == tidy_postcode(tidy)


@pytest.mark.parametrize("sector", SECTORS)
@pytest.mark.parametrize("said", [None, True, False])
def test_an_organisation_decides_what_is_listed(sector: str, said: bool | None) -> None:
    """Its sector decides only where it says nothing."""
    premises = msgspec.convert(place(listed=said), Premises)

    assert is_listed(premises, sector) == (SECTORS[sector].listed if said is None else said)


def test_a_reference_is_short_enough_to_say() -> None:
    """Year and place; the hundred-thousandth has six digits."""
    assert reference(2026, 42) == "WNSC-2026-00042"
    assert reference(2027, 100_000) == "WNSC-2027-100000"


@given(st.integers(0, 4 * 366 * 24 * 60).map(lambda minutes: MIDNIGHT + timedelta(minutes=minutes)))
def test_londons_date_is_utcs_or_the_next(instant: datetime) -> None:
    """Only in summer, and only in the hour before UTC's midnight, is it the next."""
    ahead = london_date(instant) - instant.date()

    assert ahead in (timedelta(0), timedelta(days=1))
    assert ahead == timedelta(0) or (instant.hour == 23 and 3 <= instant.month <= 10)


def test_one_address_is_one_person_whatever_its_capitals() -> None:
    """So that a landlady who is her own champion gets one letter."""
    body = signature(signatory=person("Ama@Lamb.example", has_authority=True), champion=person("ama@lamb.EXAMPLE"))

    assert one_person(parsed(body))
    assert not one_person(parsed(signature()))
    assert known_as("Ama@Lamb.example") == "ama@lamb.example"


def test_states_are_known_by_one_list() -> None:
    """What the register, a page by id and a letter's link may meet are some of them; nothing applied is public."""
    assert set(IN_REGISTER) < set(SHOWN_BY_ID) < set(STATES)
    assert all(set(states) <= set(STATES) for states in CONFIRMS_IN.values())
    assert "applied" not in SHOWN_BY_ID and not may_confirm("signatory", "active")
