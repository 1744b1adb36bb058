"""What the scheme's figures are asked of: the register, its trail, and how the pledges are kept; sums, never names."""

from datetime import date, datetime

import msgspec

from charter.indicators.disclosure import LEAST, shown_counts, shown_sum
from charter.indicators.months import MEANS, Month, Move, months
from charter.narrowing import IN_REGISTER
from charter.pledges import SECTORS
from charter.reach.remembered import LARGE_PREMISES, Remembered
from charter.signing import london_date
from charter.wordings import current_wording
from migrations.database import fetch_tuples, snapshot

STATES = ("active", "review_due", "lapsed", "withdrawn")
KEPT_STATES = ("evidenced", "in_progress", "lapsed", "not_started")
IN_FORCE = "signatory.state in ('active', 'review_due')"
TRAINING = 5  # the pledge to train staff to believe; its evidence has how many


class Sector(msgspec.Struct, frozen=True, kw_only=True):
    """A sector with those of it that the register shows."""

    key: str
    label: str
    organisations: int
    premises: int


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A pledge and how many organisations in force keep it how; None is hidden, for fewer than LEAST."""

    number: int
    text: str
    states: dict[str, int | None]


class Training(msgspec.Struct, frozen=True, kw_only=True):
    """The staff of organisations with evidence of pledge 5: trained, of those in scope; None is hidden."""

    organisations: int | None
    staff_trained: int | None
    staff_in_scope: int | None


class Reviews(msgspec.Struct, frozen=True, kw_only=True):
    """The yearly reviews of the twelve months up to today, and those of them done by their due day; None is hidden."""

    since: date
    done: int | None
    on_time: int | None


class Indicators(msgspec.Struct, frozen=True, kw_only=True):
    """The figures as they were at `made_at`. `organisations` keep the charter; `not_listed` of them in no sector."""

    made_at: datetime
    organisations: int
    premises: int
    not_listed: int
    months: list[Month]
    sectors: list[Sector]
    states: dict[str, int]
    pledges: list[Kept]
    training: Training
    reviews: Reviews


async def indicators(*, now: datetime) -> Indicators:
    """The figures; of a large register at most a minute old."""
    return await _remembered.get(now=now)


async def _make(now: datetime) -> Indicators:
    """Seven queries, whatever there is to count."""
    today = london_date(now)
    async with snapshot():
        states = dict(await fetch_tuples(STATES_NOW))
        in_force = states.get("active", 0) + states.get("review_due", 0)
        sectors = await _sectors()
        listed = sum(sector.organisations for sector in sectors)
        return Indicators(
            made_at=now,
            organisations=in_force,
            premises=sum(sector.premises for sector in sectors),
            not_listed=in_force - listed,
            months=await _months(in_force, today),
            sectors=sectors,
            states={state: states.get(state, 0) for state in STATES},
            pledges=await _pledges(in_force),
            training=await _training(),
            reviews=await _reviews(today),
        )


# Uses signatory_state. A signature that was merged into an earlier one is that one's.
STATES_NOW = "select state, count(*) from signatory where merged_into is null group by state"
SECTORS_NOW = f"select sector, count(*) from signatory where {IN_REGISTER} group by sector"  # noqa: S608 (ours)
PREMISES_NOW = (
    "select signatory.sector, count(*) from premises join signatory on signatory.number = premises.signatory "  # noqa: S608
    f"where {IN_REGISTER} group by signatory.sector"
)
_ACTIONS = ", ".join(f"'{action}'" for action in MEANS)
MOVES = (
    "select at, action, detail from charter_event "  # noqa: S608 (ours)
    f"where subject = 'signatory' and action in ({_ACTIONS}) order by number"
)
KEPT = (
    "select kept_pledge.pledge, kept_pledge.state, count(*) from kept_pledge "  # noqa: S608 (ours)
    f"join signatory on signatory.number = kept_pledge.signatory where {IN_FORCE} "
    "group by kept_pledge.pledge, kept_pledge.state"
)
TRAINED = (
    "select kept_pledge.evidence from kept_pledge join signatory on signatory.number = kept_pledge.signatory "  # noqa: S608
    f"where kept_pledge.pledge = {TRAINING} and kept_pledge.state = 'evidenced' and {IN_FORCE}"
)
DONE = (
    "select count(*), sum(case when done_on <= due_on then 1 else 0 end), count(distinct signatory) from review "
    "where done_on > $1"
)


async def _sectors() -> list[Sector]:
    """Every sector, in the order of the charter's list: this is no league table."""
    organisations, premises = dict(await fetch_tuples(SECTORS_NOW)), dict(await fetch_tuples(PREMISES_NOW))
    return [
        Sector(key=key, label=sector.label, organisations=organisations.get(key, 0), premises=premises.get(key, 0))
        for key, sector in SECTORS.items()
    ]


async def _months(in_force: int, today: date) -> list[Month]:
    signed = await fetch_tuples("select signed_on from signatory where signed_on is not null")
    moves = [Move(*row) for row in await fetch_tuples(MOVES)]
    return months([day for (day,) in signed], moves, in_force=in_force, today=today)


async def _pledges(in_force: int) -> list[Kept]:
    """Each pledge's states; a pledge of which nothing was written is not started."""
    counted = {(pledge, state): count for pledge, state, count in await fetch_tuples(KEPT)}
    found = []
    for pledge in (await current_wording()).pledges:
        written = {state: counted.get((pledge.number, state), 0) for state in KEPT_STATES}
        written["not_started"] += in_force - sum(written.values())
        found.append(Kept(number=pledge.number, text=pledge.text, states=shown_counts(written)))
    return found


class _Trained(msgspec.Struct):
    """What the figures need of pledge 5's evidence, in the shape of charter.keeping.evidence."""

    staff_trained: int | None = None
    staff_in_scope: int | None = None


async def _training() -> Training:
    told = [msgspec.json.decode(evidence, type=_Trained) for (evidence,) in await fetch_tuples(TRAINED)]
    pairs = [
        (one.staff_trained, one.staff_in_scope)
        for one in told
        if one.staff_trained is not None and one.staff_in_scope is not None
    ]
    trained, in_scope = shown_sum([pair[0] for pair in pairs]), shown_sum([pair[1] for pair in pairs])
    # One sum without the other would still tell of whoever has most of it.
    hidden = trained is None or in_scope is None
    return Training(
        organisations=_shown(len(pairs)),
        staff_trained=None if hidden else trained,
        staff_in_scope=None if hidden else in_scope,
    )


async def _reviews(today: date) -> Reviews:
    since = _year_before(today)
    [(done, on_time, organisations)] = await fetch_tuples(DONE, since)
    parts = shown_counts({"on_time": int(on_time or 0), "late": int(done) - int(on_time or 0)})
    enough = organisations >= LEAST
    return Reviews(since=since, done=done if enough else None, on_time=parts["on_time"] if enough else None)


def _shown(organisations: int) -> int | None:
    return organisations if organisations >= LEAST else None


def _year_before(today: date) -> date:
    """The same day of the year before; of 29 February the 28th."""
    day = 28 if (today.month, today.day) == (2, 29) else today.day
    return today.replace(year=today.year - 1, day=day)


_remembered: Remembered[Indicators] = Remembered(_make, large=lambda made: made.premises > LARGE_PREMISES)
