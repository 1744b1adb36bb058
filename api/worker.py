"""The worker: chores, each when it is due, inside `serve` or alone; a chore that fails is tried again."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from api.drafts.store import forget_drafts
from api.limits import HOUR_S, forget_counts
from api.postman import LetterRefused, NotSent, Postman
from api.sessions.links import answer_requests, forget_links
from api.sessions.sessions import forget_sessions
from api.trails import TRAILS
from audits.actions.photos import photos_in_use
from audits.darkroom.receiving import drop_unclaimed_photos, files_in_use
from audits.events import WORKER
from audits.people.erasure import Forgetting, forget_late_comers
from audits.people.retention import Keeping, let_go
from audits.photo_store.store import PhotoStore
from audits.reports.editions import Press
from audits.reports.life.waiting import make_next_edition
from audits.responses import drop_unclaimed_responses
from audits.reviewing.photos.covering import remove_discarded
from charter.doubts.bursts import forget_bursts
from charter.keeping.pledges import lapse_pledges
from charter.keeping.queries import files_in_use as evidence_in_use
from charter.outbox import Taken, letter_failed, letter_given_up, letter_sent, take_letter
from charter.reach.queries import refresh_figures
from charter.register import Desk, forget_unconfirmed
from charter.scheme.publishing import invite_to_wording
from charter.year.keeping_time import keep_the_year
from migrations.sealing import CannotUnseal, Seal, new_token
from migrations.trail.linking import link_events, link_late_events

PAUSE_S = 0.5  # how long the worker rests when nothing is due
AFTER_A_FAULT_S = 5.0
GRACE_S = 10.0  # how long a chore may finish what it is at when the service stops
logger = logging.getLogger("night_safety.worker")


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What the chores work with."""

    clock: Callable[[], datetime]
    postman: Postman
    photo_store: PhotoStore
    seal: Seal
    base_url: str
    contact_months: int = 12
    equality_months: int = 24
    public_delay_days: int = 14

    def desk(self) -> Desk:
        """What a command of the charter needs from the world, as of now."""
        return Desk(now=self.clock(), seal=self.seal, base_url=self.base_url, new_id=uuid4, new_token=new_token)


@dataclass(frozen=True)
class Chore:
    """Something to be done every so often; it gives how many things it did. What takes long is done `apart`."""

    name: str
    every_s: float
    do: Callable[[Tools], Awaitable[int]]
    apart: bool = False


async def send_letters(tools: Tools) -> int:
    """Send every letter that is due, the oldest first, until the mail server refuses all; gives how many went."""
    sent = 0
    while (taken := await take_letter(now=tools.clock())) is not None:
        try:
            await tools.postman.send(taken.opened(tools.seal))
        except Exception as error:  # whatever befalls a letter, it must be kept, and the next one tried
            if not await _kept(taken, error, tools):
                return sent
            continue
        await letter_sent(taken, now=tools.clock())
        sent += 1
    return sent


async def _kept(taken: Taken, error: Exception, tools: Tools) -> bool:
    """Keep a letter that was not sent for later, or give it up; whether others may fare better."""
    failure = _category(error)
    logger.warning("letter not sent", extra={"chore": "letters", "outcome": failure})
    if isinstance(error, LetterRefused) and error.for_good:
        await letter_given_up(taken, failure, now=tools.clock())
    else:
        await letter_failed(taken, failure, now=tools.clock())
    return isinstance(error, LetterRefused | CannotUnseal)


def _category(error: Exception) -> str:
    """Why, without what the error says: that may hold an address."""
    if isinstance(error, NotSent):
        return error.category
    return "cannot-unseal" if isinstance(error, CannotUnseal) else "postman-failed"


async def delete_unconfirmed(tools: Tools) -> int:
    """Delete the signatures that nobody confirmed, or released, within 30 days."""
    # In portions, each a transaction of its own, so that requests have their turn between them.
    deleted = 0
    while some := await forget_unconfirmed(now=tools.clock()):
        deleted += some
    return deleted


async def keep_years(tools: Tools) -> int:
    """Bring every signatory to where it should stand today: reviews due and lapsed, reminders, pledges that lapse."""
    return await keep_the_year(desk=tools.desk())


async def write_links(tools: Tools) -> int:
    """Write to everybody who asked to sign in and is known."""
    written = 0
    while some := await answer_requests(desk=tools.desk()):
        written += some
    return written


async def delete_sessions(tools: Tools) -> int:
    """Forget links that nobody followed in time, and sessions that have ended by themselves."""
    now = tools.clock()
    await forget_links(now=now)
    return await forget_sessions(now=now)


async def delete_counts(tools: Tools) -> int:
    """Forget how often networks asked, and how many signatures they brought, once their windows are over."""
    await forget_bursts(now=tools.clock())
    await forget_counts(before=tools.clock() - timedelta(seconds=2 * HOUR_S))
    return 0


async def delete_drafts(tools: Tools) -> int:
    """Forget what was typed into forms that were not sent within a day."""
    deleted = 0
    while some := await forget_drafts(now=tools.clock()):
        deleted += some
    return deleted


async def drop_unclaimed(tools: Tools) -> int:
    """Let go of photos and responses whose walk has not come in 30 days."""
    now = tools.clock()
    return await drop_unclaimed_photos(now=now) + await drop_unclaimed_responses(now=now)


async def let_go_of_people(tools: Tools) -> int:
    """Forget phones of auditors unheard of for long, what was told long ago, and what came after an erasure."""
    keeping = Keeping(
        now=tools.clock(),
        receipt_id=uuid4(),
        seal=tools.seal,
        contacts_months=tools.contact_months,
        equality_months=tools.equality_months,
    )
    receipt = await let_go(keeping, by=WORKER)
    late = await forget_late_comers(Forgetting(now=tools.clock(), seal=tools.seal, new_id=uuid4))
    return receipt.contacts + receipt.equality_answers + late


async def remove_painted_over(tools: Tools) -> int:
    """Remove the pictures of photos that were painted over since."""
    return await remove_discarded(tools.photo_store, _in_use, now=tools.clock())


async def sweep_files(tools: Tools) -> int:
    """Remove files that nothing refers to any more, or that a crash left without their row."""
    return await tools.photo_store.sweep(_in_use, now=tools.clock())


async def _in_use(keys: Collection[str]) -> set[str]:
    """Whatever a photo, an edition or somebody's evidence refers to: one store keeps the files of all."""
    return await files_in_use(keys) | await evidence_in_use(keys) | await photos_in_use(keys)


async def lapse_training(tools: Tools) -> int:
    """Let pledges lapse whose training was to be refreshed and was not."""
    return await lapse_pledges(now=tools.clock())


async def invite_to_sign(tools: Tools) -> int:
    """Write to whoever keeps an earlier wording of the charter, once for each new one."""
    return await invite_to_wording(desk=tools.desk())


async def make_editions(tools: Tools) -> int:
    """Make the editions that somebody waits for, one after the other."""
    press = Press(photo_store=tools.photo_store, seal=tools.seal, public_delay_days=tools.public_delay_days)
    made = 0
    while await make_next_edition(press, now=tools.clock()):
        made += 1
    return made


async def count_reach(tools: Tools) -> int:
    """Count the reach when the register changed, before a reader asks: of a large one it takes a second."""
    return int(await refresh_figures(now=tools.clock()))


async def link_trail(tools: Tools) -> int:
    """Link what was done since the last time to its trail's chain."""
    for trail in TRAILS.values():
        await link_events(trail, seal=tools.seal, now=tools.clock())
    return 0


async def link_late(tools: Tools) -> int:
    """Link what came into a trail out of turn."""
    return sum([await link_late_events(trail, seal=tools.seal, now=tools.clock()) for trail in TRAILS.values()])


# In this order. To add a chore, write `async def (tools) -> int` where its work is, and give it a line here.
CHORES: tuple[Chore, ...] = (
    Chore("links to sign in", 1.0, write_links),
    Chore("letters", 1.0, send_letters),
    Chore("unconfirmed signatures", HOUR_S, delete_unconfirmed),
    Chore("the charter's year", HOUR_S, keep_years),
    Chore("links and sessions that are over", HOUR_S, delete_sessions),
    Chore("request counts", HOUR_S, delete_counts),
    Chore("forms never sent", HOUR_S, delete_drafts),
    Chore("unclaimed photos and responses", HOUR_S, drop_unclaimed),
    Chore("people unheard of", 24 * HOUR_S, let_go_of_people),
    Chore("lapsed training", HOUR_S, lapse_training),
    Chore("editions", 1.0, make_editions, apart=True),
    Chore("invitations to a new wording", 60.0, invite_to_sign),
    Chore("reach", 30.0, count_reach),
    Chore("pictures painted over", 10.0, remove_painted_over),
    Chore("the trails' chains", 5.0, link_trail),
    Chore("late links of the trails", HOUR_S, link_late),
    Chore("orphaned files", 24 * HOUR_S, sweep_files),
)


async def work_until(stop: asyncio.Event, tools: Tools, *, chores: tuple[Chore, ...] = CHORES) -> None:
    """Do the chores, each when it is due, until `stop` is set; what is begun is finished.

    They are done in turn, but for those that are done apart: no letter waits for an edition.
    """
    in_turn = tuple(chore for chore in chores if not chore.apart)
    lines = [in_turn, *((chore,) for chore in chores if chore.apart)]
    await asyncio.gather(*(_in_turn(stop, tools, line) for line in lines if line))


async def _in_turn(stop: asyncio.Event, tools: Tools, chores: Sequence[Chore]) -> None:
    # The loop's own clock never jumps; the service's clock may be set, or moved by a test.
    now = asyncio.get_running_loop().time
    due_at = dict.fromkeys(chores, now())
    while not stop.is_set():
        for chore in chores:
            if due_at[chore] <= now() and not stop.is_set():
                done = await _did(chore, tools)
                due_at[chore] = now() + (chore.every_s if done else max(chore.every_s, AFTER_A_FAULT_S))
        await _rest(stop)


@asynccontextmanager
async def working(tools: Tools, *, chores: tuple[Chore, ...] = CHORES) -> AsyncIterator[None]:
    """The chores are done beside whatever happens inside the block; at its end they finish, within GRACE_S."""
    stop = asyncio.Event()
    task = asyncio.create_task(work_until(stop, tools, chores=chores), name="worker")
    try:
        yield
    finally:
        # Asked first and cancelled later: a letter that is being sent should be marked as sent.
        stop.set()
        await asyncio.wait({task}, timeout=GRACE_S)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _did(chore: Chore, tools: Tools) -> bool:
    try:
        count = await chore.do(tools)
    except Exception as error:  # a fault of one chore must not end the others
        logger.warning("chore failed", exc_info=error, extra={"chore": chore.name})
        return False
    if count:
        logger.info("chore done", extra={"chore": chore.name, "count": count})
    return True


async def _rest(stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), PAUSE_S)
    except TimeoutError:
        return
