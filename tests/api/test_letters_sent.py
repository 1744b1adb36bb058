"""Letters through a real mail server that dies, comes back, and refuses one of them for ever."""

from collections import Counter
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from api.postman import postman_for
from api.worker import Tools, send_letters
from audits.photo_store.folder import FolderPhotoStore
from charter.outbox import LONGEST_WAIT, letters_waiting, post
from migrations.database import execute, fetch, transaction
from tests.api.test_postman import MailServer, letter, serving
from tests.charter.builders import BASE_URL, SEAL
from tests.journeys.server import free_port
from tests.people import MovableClock

COUNT = 12


def tools_at(address: str, clock: MovableClock, folder: Path) -> Tools:
    """The worker's tools, with that mail server."""
    postman = postman_for(f"smtp://{address}?from=n@s.example")
    return Tools(clock=clock, postman=postman, photo_store=FolderPhotoStore(folder), seal=SEAL, base_url=BASE_URL)


async def posted(count: int, clock: MovableClock) -> set[str]:
    """So many letters are due; gives what they say."""
    async with transaction():
        for number in range(count):
            one = msgspec.structs.replace(
                letter(text=f"Letter {number}\n", to=f"n{number}@pub.example"), id=uuid4(), written_at=clock()
            )
            await post(one, kind="test", signatory=None, seal=SEAL)
    return {f"Letter {number}" for number in range(count)}


class Poisoned(MailServer):
    """Takes everything but one letter, whose words make it give up."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Refuse the poison."""
        if b"Letter 3" in envelope.content:
            return "554 no"
        return await super().handle_DATA(server, session, envelope)


@pytest.mark.usefixtures("database")
async def test_a_dead_server_loses_nothing_and_everything_goes_once(tmp_path: Path) -> None:
    """A night without a server, worker after worker; then it is back, and each letter arrives exactly once."""
    clock, server = MovableClock(), MailServer()
    words = await posted(COUNT, clock)
    dead = tools_at(f"127.0.0.1:{free_port()}", clock, tmp_path)
    for _ in range(20):
        assert await send_letters(dead) == 0
        clock.move(minutes=30)
    assert (await letters_waiting()).count == COUNT and (await letters_waiting()).failures

    clock.move(seconds=LONGEST_WAIT.total_seconds())
    with serving(server) as address:
        back = tools_at(address, clock, tmp_path)
        assert await send_letters(back) == COUNT
        assert await send_letters(back) == 0
    arrived = Counter(str(mail.get_body(("plain",)).get_content()).strip() for mail in server.taken)  # type: ignore[union-attr]
    assert arrived == dict.fromkeys(words, 1)
    assert (await letters_waiting()).count == 0


@pytest.mark.usefixtures("database")
async def test_a_poisoned_letter_blocks_no_other(tmp_path: Path) -> None:
    """One that the server chokes on, and one that cannot be opened: the others go, those two wait their turn."""
    clock, server = MovableClock(), Poisoned()
    await posted(COUNT, clock)
    async with transaction():
        await execute("update letter set sealed = $1 where number = (select min(number) from letter)", b"spoilt")
    with serving(server) as address:
        tools = tools_at(address, clock, tmp_path)
        assert await send_letters(tools) == COUNT - 2
        clock.move(hours=7)
        assert await send_letters(tools) == 0
    rows = await fetch("select failure, attempts, sealed is not null as kept from letter where sent_at is null")

    assert sorted((row["failure"], row["attempts"], bool(row["kept"])) for row in rows) == [
        ("cannot-unseal", 2, True),
        ("letter-refused", 2, True),
    ]
