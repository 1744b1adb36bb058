"""What time does to the register: reviews fall due and lapse, reminders go out, a pledge without a champion lapses."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from charter.events import WORKER, note_event
from charter.register import Desk
from charter.signing import london_date
from charter.year.calendar import STEPS, Facts, Reminding, standing
from charter.year.letters import REMINDERS, reminder
from charter.year.writing import concerned, write_to_all
from migrations.database import claim, execute, fetch_tuples, fetch_value, transaction

PORTION = 100  # signatories looked at in one transaction, so that requests have their turn between two
LONGEST_AHEAD = max(STEPS.values())

# Whoever the calendar may have something to say to; what it says is decided by charter.year.calendar alone. Uses
# signatory_review_due, signatory_champion_gone and kept_pledge_refresh.
WITHIN_REACH = """
select number, id, name, reference, state, review_due_on, champion_gone_on,
    (select refresh_due_on from kept_pledge as training where training.signatory = signatory.number and pledge = 5
        and training.state in ('evidenced', 'lapsed')) as "refresh_due_on [DATE]"
from signatory
where number > $1 and (
    (state in ('active', 'review_due') and review_due_on <= $2)
    or (state in ('active', 'review_due', 'lapsed') and champion_gone_on is not null)
    or (state in ('active', 'review_due') and number in (
        select training.signatory from kept_pledge as training where training.refresh_due_on <= $2
            and pledge = 5 and training.state in ('evidenced', 'lapsed')
    ))
)
order by number limit $3
"""


async def keep_the_year(*, desk: Desk) -> int:
    """Bring every signatory to where it should stand today; gives how many changed or were written to.

    In portions, each a transaction. Doing it again, late, or with another worker at the same time adds nothing.
    """
    changed, last = 0, 0
    while True:
        seen, some = await _keep_portion(last, desk)
        changed += some
        if seen is None:
            return changed
        last = seen


async def _keep_portion(after: int, desk: Desk) -> tuple[int | None, int]:
    """The number of the last signatory looked at, None at the end, and how many changed."""
    today = london_date(desk.now)
    async with transaction():
        # What another worker holds is passed over: it is being kept there.
        signatories = await claim(WITHIN_REACH, after, today + LONGEST_AHEAD, PORTION)
        if not signatories:
            return None, 0
        written = await _written([signatory["number"] for signatory in signatories])
        changed = 0
        for signatory in signatories:
            changed += await _keep(signatory, written.get(signatory["number"], set()), today, desk)
    return signatories[-1]["number"], changed


async def _keep(signatory: dict[str, Any], written: set[Reminding], today: date, desk: Desk) -> bool:
    """Whether anything of this signatory changed, or a letter was written."""
    facts = Facts(
        state=signatory["state"],
        review_due_on=signatory["review_due_on"],
        champion_gone_on=signatory["champion_gone_on"],
        refresh_due_on=signatory["refresh_due_on"],
    )
    due = standing(facts, today)
    moves = due.state != facts.state
    unwritten = [fits for fits in due.letters if fits not in written]
    if moves:
        await _move(signatory, due.state, desk)
    lapses = due.pledge_1_lapsed and await _lapse_pledge_1(signatory, desk)
    for fits in unwritten:
        await _remind(signatory, fits, desk)
    return moves or lapses or bool(unwritten)


async def _move(signatory: dict[str, Any], state: str, desk: Desk) -> None:
    await execute("update signatory set state = $2 where number = $1", signatory["number"], state)
    action = state.replace("_", "-")
    was = signatory["state"]
    await note_event(action, of="signatory", id=signatory["id"], by=WORKER, at=desk.now, was=was)


async def _lapse_pledge_1(signatory: dict[str, Any], desk: Desk) -> bool:
    """Its statement and evidence stay, as what was true before. Gives whether it had not lapsed already."""
    number = signatory["number"]
    # There may be no row yet: a champion may leave before she wrote anything.
    lapsed = await fetch_value(
        "insert into kept_pledge (signatory, pledge, state, evidence, changed_at) values ($1, 1, 'lapsed', '{}', $2) "
        "on conflict (signatory, pledge) do update set state = 'lapsed', changed_at = excluded.changed_at "
        "where kept_pledge.state <> 'lapsed' returning number",
        number,
        desk.now,
    )
    if lapsed is None:
        return False
    await execute(
        "insert into pledge_change (signatory, pledge, at, by, state, statement, evidence, evidence_on) "
        "select signatory, pledge, changed_at, $2, state, statement, evidence, evidence_on from kept_pledge "
        "where number = $1",
        lapsed,
        WORKER,
    )
    await note_event("pledge-lapsed", of="signatory", id=signatory["id"], by=WORKER, at=desk.now, pledge=1)
    return True


async def _remind(signatory: dict[str, Any], fits: Reminding, desk: Desk) -> None:
    # The row comes first: its constraint is what keeps two letters of one step from ever being written.
    await execute(
        "insert into reminder (signatory, about, due_on, step, written_at) values ($1, $2, $3, $4, $5)",
        signatory["number"],
        fits.about,
        fits.due_on,
        fits.step,
        desk.now,
    )
    make = partial(reminder, concerned=concerned(signatory, desk), fits=fits)
    kind = REMINDERS[fits.about, fits.step]
    letters = await write_to_all(signatory["number"], make, kind=kind, desk=desk)
    await note_event(
        "reminded", of="signatory", id=signatory["id"], by=WORKER, at=desk.now, letter=kind, letters=letters
    )


async def _written(signatories: Sequence[int]) -> dict[int, set[Reminding]]:
    """The letters that these signatories were sent before. Uses reminder_once."""
    places = ", ".join(f"${place}" for place in range(1, len(signatories) + 1))
    rows = await fetch_tuples(
        f"select signatory, about, due_on, step from reminder where signatory in ({places})",  # noqa: S608 (ours)
        *signatories,
    )
    written: dict[int, set[Reminding]] = {}
    for signatory, about, due_on, step in rows:
        written.setdefault(signatory, set()).add(Reminding(about, due_on, step))
    return written
