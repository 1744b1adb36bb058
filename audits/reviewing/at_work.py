"""What waits for the staff in the audits, counted as far as the caller may see."""

from datetime import date

import msgspec

from audits.actions.issues import LATE
from audits.queries import VISIBLE, Caller, sight
from audits.reviewing.queue import WAITING
from migrations.database import fetch_one

COUNTED = """
    select
        (select count(*) from walk join programme on programme.number = walk.programme
            where walk.state in ({waiting}) and {visible}) as walks,
        (select count(*) from programme where programme.state = 'open' and {visible}) as programmes,
        (select count(*) from recommendation join programme on programme.number = recommendation.programme
            where {late} and {visible}) as late
"""


class AtWork(msgspec.Struct, frozen=True, kw_only=True):
    """Walks that nobody has decided about, programmes that are open, and recommendations whose day is over."""

    walks: int
    programmes: int
    late: int


async def at_work(*, caller: Caller, today: date) -> AtWork:
    """How much waits in the programmes that the caller may see; `today` is London's. One query."""
    states = ", ".join(f"'{state}'" for state in WAITING)
    sql = COUNTED.format(waiting=states, visible=VISIBLE, late=LATE.format(4))
    return msgspec.convert(await fetch_one(sql, *sight(caller), today), AtWork)
