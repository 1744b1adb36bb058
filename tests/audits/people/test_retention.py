"""What is kept only as long as it is needed: counted first, let go of once, and never what is still of use."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from audits.people.equality import Telling, tell
from audits.people.questions import CURRENT, Told
from audits.people.retention import Keeping, let_go, would_let_go
from migrations.database import execute, fetch_value, transaction
from tests.audits.builders import NOW
from tests.audits.phones import SEAL, Phone, a_response


def keeping(days: int) -> Keeping:
    """So many days after everything was done."""
    return Keeping(now=NOW + timedelta(days=days), receipt_id=uuid4(), seal=SEAL)


async def walked_and_told(phone: Phone) -> None:
    """A complete walk, a response that waits for another, and what she told of herself."""
    walk_id = uuid4()
    await phone.put_walk(walk_id, phone.body())
    await phone.complete(walk_id)
    await phone.put_response(a_response(uuid4(), str(uuid4())))
    await tell(
        Told(question_set=CURRENT, answers={"sex": "female"}), Telling(by=phone.by, now=NOW, seal=SEAL, key=uuid4())
    )


@pytest.mark.parametrize(
    ("now", "months", "then"),
    [
        ((2026, 10, 25), 12, (2025, 10, 25)),
        ((2028, 2, 29), 12, (2027, 2, 28)),
        ((2026, 3, 31), 1, (2026, 2, 28)),
        ((2026, 1, 15), 24, (2024, 1, 15)),
    ],
)
def test_months_are_calendar_months(now: tuple[int, int, int], months: int, then: tuple[int, int, int]) -> None:
    """The last day of a shorter month stands for days that it has not."""
    asked = Keeping(now=datetime(*now, tzinfo=UTC), receipt_id=uuid4(), seal=SEAL)

    assert asked.before(months) == datetime(*then, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "held", "contacts", "equality"), [(20, 0, 0, 0), (40, 1, 0, 0), (380, 1, 1, 0), (740, 1, 1, 1)]
)
async def test_each_kind_goes_in_its_time(phone: Phone, days: int, held: int, contacts: int, equality: int) -> None:
    """30 days, 12 months, 24 months; a dry run says the same and does nothing; a second run finds nothing."""
    await walked_and_told(phone)
    asked = await would_let_go(keeping(days))
    before = await fetch_value("select count(*) from device")
    done, again = await let_go(keeping(days), by="a test"), await let_go(keeping(days), by="a test")

    assert (asked.held_responses, asked.contacts, asked.equality_answers) == (held, contacts, equality)
    assert (done.held_responses, done.contacts, done.equality_answers) == (held, contacts, equality)
    assert (again.held_responses, again.contacts, again.equality_answers) == (0, 0, 0)
    assert (before, await fetch_value("select count(*) from device")) == (1, 1 - contacts)
    assert await fetch_value("select count(*) from equality_answers") == 1 - equality
    assert await fetch_value("select count(*) from group_score") > 0


async def test_who_has_walked_lately_stays_known(phone: Phone, peer: Phone) -> None:
    """Her peer, unheard of for as long, is forgotten."""
    await walked_and_told(phone)
    async with transaction():
        await execute("update walk set ended_at = $1", NOW + timedelta(days=300))
    await let_go(keeping(380), by="a test")

    assert await fetch_value("select auditor from device") == phone.by.auditor
