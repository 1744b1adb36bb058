"""The worker: chores in turn, none stopped by another's fault, and no letter lost by anybody's."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from api.postman import Letter, LetterRefused
from api.worker import CHORES, Chore, Tools, delete_counts, send_letters, work_until, working
from audits.photo_store.folder import FolderPhotoStore
from charter.outbox import FIRST_WAIT, LEASE
from charter.tables import Letter as LetterRow
from migrations.database import fetch, open_database
from migrations.sealing import Seal
from tests.charter.builders import AMA, BASE_URL, JO, NOW, SEAL, Pen, person
from tests.people import MovableClock, Outbox

MINUTE_S = 60.0


@pytest.fixture
def clock() -> MovableClock:
    """The present, beginning when letters are signed."""
    return MovableClock(NOW)


@pytest.fixture
def outbox() -> Outbox:
    """The postman."""
    return Outbox()


@pytest.fixture
def tools(clock: MovableClock, outbox: Outbox, tmp_path: Path) -> Tools:
    """What the chores work with."""
    return Tools(
        clock=clock, postman=outbox, photo_store=FolderPhotoStore(tmp_path / "photos"), seal=SEAL, base_url=BASE_URL
    )


@dataclass
class Diary:
    """Chores that note when they were done, and fail or hang when told to."""

    done: list[str] = field(default_factory=list)
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    def chore(self, name: str, *, every_s: float = MINUTE_S, fails: bool = False, takes_s: float = 0) -> Chore:
        """A chore that writes its name."""

        async def do(_: Tools) -> int:
            self.begun.set()
            await asyncio.sleep(takes_s)
            self.done.append(name)
            if fails:
                raise RuntimeError("canary@example.org could not be reached")
            return 1

        return Chore(name, every_s, do)


class Picky:
    """A postman whose server does not know one recipient."""

    def __init__(self, unknown: str, then: Outbox) -> None:
        self.unknown, self.then = unknown, then

    async def send(self, letter: Letter) -> None:
        """Take the letters to everybody else."""
        if letter.to == self.unknown:
            raise LetterRefused("recipient-refused", for_good=True)
        await self.then.send(letter)


async def letters_left() -> list[dict[str, object]]:
    """What the rows of letters say, oldest first."""
    return await fetch("select attempts, failure, sealed is null as erased, due_at from letter order by number")


@pytest.mark.usefixtures("database")
async def test_due_letters_are_sent_once(tools: Tools, outbox: Outbox) -> None:
    """Signatory first, then champion, and nothing the second time."""
    await Pen().sign()

    assert (await send_letters(tools), await send_letters(tools)) == (2, 0)
    assert [letter.to for letter in outbox.letters] == [AMA, JO]
    assert [row["erased"] for row in await letters_left()] == [True, True]


@pytest.mark.usefixtures("database")
async def test_a_dead_mail_server_loses_nothing(tools: Tools, outbox: Outbox, clock: MovableClock) -> None:
    """For days: tried ever more seldom, then every letter arrives, once."""
    await Pen().sign()
    outbox.broken = True
    for _ in range(20):
        await send_letters(tools)
        clock.move(hours=7)
    outbox.broken = False

    assert [row["failure"] for row in await letters_left()] == ["postman-failed"] * 2
    assert await send_letters(tools) == 2
    assert sorted(letter.to for letter in outbox.letters) == [AMA, JO]


@pytest.mark.usefixtures("database")
async def test_a_server_that_is_down_is_asked_once_a_round(tools: Tools, outbox: Outbox) -> None:
    """The other letters are not worn out on it."""
    for _ in range(3):
        await Pen().sign()
    outbox.broken = True

    assert await send_letters(tools) == 0
    assert [row["attempts"] for row in await letters_left()] == [1, 0, 0, 0, 0, 0]
    assert (await letters_left())[0]["due_at"] == NOW + FIRST_WAIT


@pytest.mark.usefixtures("database")
async def test_a_letter_to_nobody_is_given_up_and_the_others_go(tools: Tools, outbox: Outbox) -> None:
    """A mistyped address stops nobody else's letter."""
    await Pen().sign(signatory=person("gone@lamb.example", has_authority=True))
    sent = await send_letters(replace(tools, postman=Picky("gone@lamb.example", outbox)))

    assert (sent, [letter.to for letter in outbox.letters]) == (1, [JO])
    assert [(row["failure"], row["erased"]) for row in await letters_left()] == [
        ("recipient-refused", True),
        (None, True),
    ]


@pytest.mark.usefixtures("database")
async def test_letters_of_another_key_wait_for_it(tools: Tools, clock: MovableClock) -> None:
    """With the wrong secret file nothing is sent and nothing is lost."""
    await Pen().sign()
    sent = await send_letters(replace(tools, seal=Seal(b"another key of at least thirty-two bytes")))
    clock.move(minutes=1)

    assert sent == 0 and [row["failure"] for row in await letters_left()] == ["cannot-unseal"] * 2
    assert await send_letters(tools) == 2


@pytest.mark.usefixtures("database")
async def test_a_worker_that_is_cut_off_sends_again_after_the_lease(tools: Tools, clock: MovableClock) -> None:
    """Cancelled while the mail server listened: nobody knows whether it went, so it goes again, as the same letter."""

    class Slow(Outbox):
        async def send(self, letter: Letter) -> None:
            await super().send(letter)
            await asyncio.sleep(MINUTE_S)

    await Pen().sign(champion=person())
    slow, prompt = Slow(), Outbox()
    with suppress(TimeoutError):
        await asyncio.wait_for(send_letters(replace(tools, postman=slow)), 0.3)
    early = await send_letters(replace(tools, postman=prompt))
    clock.present += LEASE

    assert (early, await send_letters(replace(tools, postman=prompt))) == (0, 1)
    assert slow.letters == prompt.letters


@pytest.mark.usefixtures("database")
async def test_several_workers_send_each_letter_once(tools: Tools, outbox: Outbox) -> None:
    """They share the list of what is due."""
    for number in range(10):
        await Pen().sign(f"Org {number}")
    sent = await asyncio.gather(*(send_letters(tools) for _ in range(4)))

    assert sum(sent) == len({letter.id for letter in outbox.letters}) == len(outbox.letters) == 20


@pytest.mark.usefixtures("database")
async def test_nothing_of_a_letter_is_logged(tools: Tools, outbox: Outbox, caplog: pytest.LogCaptureFixture) -> None:
    """Neither when it goes nor when it fails."""
    caplog.set_level(logging.DEBUG)
    pen = Pen()
    await pen.sign("Canary Inn", signatory=person("canary@lamb.example", has_authority=True))
    outbox.broken = True
    await send_letters(tools)

    assert "letter not sent" in caplog.text
    assert not [word for word in ("canary", "Canary", *pen.tokens) if word in caplog.text]


async def test_chores_are_done_in_turn_and_again_when_due(tools: Tools) -> None:
    """At once when the worker begins; the one that is due more often, more often."""
    diary, stop = Diary(), asyncio.Event()
    work = asyncio.create_task(work_until(stop, tools, chores=(diary.chore("often", every_s=0), diary.chore("seldom"))))
    while diary.done.count("often") < 2:
        await asyncio.sleep(0.01)
    stop.set()
    await work

    assert diary.done[:3] == ["often", "seldom", "often"]


async def test_no_letter_waits_for_an_edition(tools: Tools) -> None:
    """What takes long is done beside the others, and is finished when the service stops."""
    diary = Diary()
    letters = diary.chore("letters", every_s=0)
    async with working(tools, chores=(replace(diary.chore("edition", takes_s=0.7), apart=True), letters)):
        await asyncio.sleep(0.6)

    assert diary.done[:2] == ["letters", "letters"] and diary.done.count("edition") == 1
    assert [chore.name for chore in CHORES if chore.apart] == ["editions"]


async def test_a_chore_that_fails_stops_no_other(tools: Tools, caplog: pytest.LogCaptureFixture) -> None:
    """It is logged by name."""
    diary = Diary()
    async with working(tools, chores=(diary.chore("broken", fails=True), diary.chore("well"))):
        while "well" not in diary.done:
            await asyncio.sleep(0.01)

    assert diary.done == ["broken", "well"]
    assert [record.chore for record in caplog.records if record.msg == "chore failed"] == ["broken"]  # type: ignore[attr-defined]


async def test_what_is_begun_is_finished_and_nothing_else_begun(tools: Tools) -> None:
    """When the service stops in the middle of a chore."""
    diary = Diary()
    async with working(tools, chores=(diary.chore("begun", takes_s=0.2), diary.chore("next"))):
        await diary.begun.wait()

    assert diary.done == ["begun"]
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "worker"]


async def test_the_worker_outlives_a_database_that_went_away(tools: Tools, database_url: str, outbox: Outbox) -> None:
    """Its chores fail while it is gone, and it ends only when it is asked to."""
    async with working(tools, chores=(replace(CHORES[0], every_s=0),)):
        await asyncio.sleep(0.05)  # no database is open: the first round fails
        async with open_database(database_url):
            await Pen().sign()
            assert await send_letters(tools) == 2
        (worker,) = [task for task in asyncio.all_tasks() if task.get_name() == "worker"]

        assert not worker.done()
    assert len(outbox.letters) == 2


@pytest.mark.usefixtures("database")
async def test_old_counts_are_forgotten(tools: Tools, clock: MovableClock) -> None:
    """And the chores are those that the service promises."""
    clock.present += timedelta(days=1)

    assert await delete_counts(tools) == 0
    assert [chore.name for chore in CHORES][:2] == ["links to sign in", "letters"]
    assert await LetterRow.count() == 0
