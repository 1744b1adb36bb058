"""Known and unknown addresses, asked for in pairs: how far apart the medians of their answers are."""

import argparse
import asyncio
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from itertools import count
from pathlib import Path
from statistics import median
from uuid import uuid4

import httpx

from api.sessions.people import create_person
from api.sessions.queries import Who
from api.settings import secret_key, settings_from
from charter.register import Desk
from migrations.database import open_database
from migrations.sealing import Seal, new_token
from tests.charter.builders import organisation, person, place, signature
from tests.journeys.server import Server, free_port

PAIRS = 200
WARM_UP = 20
LETTERS_S = 30.0
RESTS_S = 2.0  # longer than the worker takes to look again
STANDING = 100  # known people and organisations, so that none has more rows than a guesser's
ALLOWED = 0.10  # of the faster median
BY_CHANCE = 1.96 * 0.5 / PAIRS**0.5  # how far from half of the pairs a fair coin falls, in 95 of 100 trials
KNOWN, GUESSED, GUESSED_TOO = "k", "x", "y"  # what the names of three crowds begin with; only the first is known
CHIEF = "chief"  # champion of organisations that she hands over, each no oftener than a day allows
HANDED_OVER = 100
NAMED = count()

READ = set[Path]()  # letters that were read already

Send = Callable[[httpx.Client, str], httpx.Response]


def address(who: str) -> str:
    """Hers; all are as long."""
    return f"{who}@staff.example"


def sign_in(http: httpx.Client, who: str) -> httpx.Response:
    """Ask for a link, as a program does."""
    return http.post("/api/sign-in", json={"email": address(who)})


def sign_in_page(http: httpx.Client, who: str) -> httpx.Response:
    """Ask for a link, as a browser does."""
    return http.post("/sign-in", data={"email": address(who), "next": ""})


def sign(http: httpx.Client, who: str) -> httpx.Response:
    """Sign for one of a hundred organisations that stand in the register, or for one of a hundred that do not.

    The known ones are known by everything: name, place, website, and both addresses.
    """
    body = signature(
        f"The {who}",
        organisation=organisation(f"The {who}", website=f"https://{who}.example"),
        premises=[place(f"The {who}", address=f"1 {who} Street")],
        signatory=person(address(who), has_authority=True),
        champion=person(address(f"jo{who}")),
    )
    return http.post("/api/charter/signatures", json=body)


def hand_over(signatories: Sequence[str]) -> Send:
    """Name the next champion of each in turn: one of the hundred who signed before, or one who is in no register.

    Neither was named by that organisation before, and both are as long.
    """
    before = set[tuple[str, str]]()

    def named(http: httpx.Client, who: str) -> httpx.Response:
        number = next(n for n in NAMED if (signatories[n % len(signatories)], who) not in before)
        signatory = signatories[number % len(signatories)]
        before.add((signatory, who))
        body = person(address(who if who.startswith(KNOWN) else f"{number:03}"))
        return http.post("/api/charter/mine/hand-over", params={"signatory": signatory}, json=body)

    return named


def stand(server: Server, http: httpx.Client) -> None:
    """Those hundred organisations sign, and follow their letters."""
    for number in range(STANDING):
        assert sign(http, f"{KNOWN}{number:02}").status_code == 202
    follow(server, http, letters=2 * STANDING)


def follow(server: Server, http: httpx.Client, *, letters: int) -> None:
    """Confirm by as many letters as were written. Other letters come of confirming: to champions, on what is next."""
    found = links(server, "/charter/confirm", least=letters)
    followed = [http.post("/api/charter/confirmations", json={"token": token}) for token in found]
    assert sum(answer.status_code == 200 for answer in followed) == letters, "a letter could not be followed"


def links(server: Server, path: str, *, least: int) -> list[str]:
    """The tokens of all letters that lead to `path` and were not read before, once there are `least` of them."""
    found: list[str] = []
    began = time.monotonic()
    while len(found) < least and time.monotonic() - began < LETTERS_S:
        for letter in {*(server.data_dir / "outbox").glob("*.eml")} - READ:
            text = message_from_bytes(letter.read_bytes(), policy=default).get_body(("plain",))
            token = re.search(rf"{path}#([\w-]+)", text.get_content() if text else "")
            READ.add(letter)
            found += [token[1]] if token else []
        time.sleep(0.1)
    assert len(found) >= least, f"letters that lead to {path} did not come"
    return found


def named_champion(server: Server, http: httpx.Client, *, branches: int = HANDED_OVER) -> Sequence[str]:
    """The ids of so many organisations whose champion is signed in with `http`, from its own origin."""
    chief = person(address(CHIEF))
    bodies = [
        signature(f"Branch {n}", premises=[], signatory={**chief, "has_authority": True}, champion=chief)
        for n in range(branches)
    ]
    signed = [http.post("/api/charter/signatures", json=body).json()["id"] for body in bodies]
    follow(server, http, letters=branches)
    http.headers["Origin"] = server.address
    sign_in(http, CHIEF)
    [token] = links(server, "/sign-in/confirm", least=1)
    opened = http.post("/api/sign-in/confirm", json={"token": token})
    assert opened.status_code == 200, opened.text
    return signed


async def join_staff(server: Server) -> None:
    """A hundred people of the staff, who are known when they sign in."""
    seal = Seal(secret_key(settings_from(server.environment)))
    desk = Desk(now=datetime.now(UTC), seal=seal, base_url=server.address, new_id=uuid4, new_token=new_token)
    async with open_database(server.database_url):
        for number in range(STANDING):
            who = Who(name="Ann", email=address(f"{KNOWN}{number:02}"))
            await create_person(who, roles=["lead"], by="a benchmark", desk=desk)


DOORS: dict[str, Send] = {"sign-in": sign_in, "sign-in page": sign_in_page, "signing": sign}


def answered_alike(engine: str, url: str, folder: Path) -> list[str]:
    """One sentence a door, with both medians over PAIRS pairs, from a real server with its worker beside."""
    folder.mkdir()
    server = Server(folder, url, free_port())
    server.run("db", "upgrade")
    asyncio.run(join_staff(server))
    server.start()
    try:
        with httpx.Client(base_url=server.address) as http:
            stand(server, http)
            # Her own browser, and first: the letters of those who sign later are not to be followed.
            with httpx.Client(base_url=server.address) as hers:
                said = [f"{engine}, hand-over: {_compared(hers, hand_over(named_champion(server, hers)))}"]
            for name, send in DOORS.items():
                rest(server)
                said.append(f"{engine}, {name}: {_compared(http, send)}")
            return said
    finally:
        server.kill()


def rest(server: Server) -> None:
    """Wait until no more letters come: what one door gave the worker to do is not measured at the next."""
    before = -1
    while (now := len([*(server.data_dir / "outbox").glob("*.eml")])) != before:
        before = now
        time.sleep(RESTS_S)


def _compared(http: httpx.Client, send: Send) -> str:
    """The medians of a known address and of unknown ones, beside those of others as unknown: what the machine adds."""
    known, unknown, others = _times_ms(http, send)
    apart, noise = _apart(known, unknown), _apart(others, unknown)
    slower = sum(one > other for one, other in zip(known, unknown, strict=True)) / PAIRS
    told = apart > max(ALLOWED, noise) and abs(slower - 0.5) > BY_CHANCE
    return (
        f"known {median(known):.2f} ms, unknown {median(unknown):.2f} ms, medians {apart:.1%} apart over {PAIRS} pairs "
        f"(two unknown ones: {noise:.1%}), known slower in {slower:.0%} of them: {'TOLD APART' if told else 'alike'}"
    )


def _apart(one: list[float], other: list[float]) -> float:
    return abs(median(one) - median(other)) / min(median(one), median(other))


def _times_ms(http: httpx.Client, send: Send) -> list[list[float]]:
    """Of known people, of unknown ones, and of others as unknown; in a new order each time, so that none comes last."""
    took: list[list[float]] = [[], [], []]
    chance = random.Random()
    crowds = [_crowd(name, chance) for name in (KNOWN, GUESSED, GUESSED_TOO)]
    for _ in range(PAIRS + WARM_UP):
        for which in chance.sample(range(len(took)), len(took)):
            who = next(crowds[which])
            began = time.perf_counter()
            answer = send(http, who)
            took[which].append(1000 * (time.perf_counter() - began))
            assert answer.status_code in (202, 303), answer.text
    return [times[WARM_UP:] for times in took]


def _crowd(name: str, chance: random.Random) -> Iterator[str]:
    """A hundred people over and over, each time in another order: nobody's rows are warmer than another's."""
    while True:
        yield from (f"{name}{number:02}" for number in chance.sample(range(STANDING), STANDING))


def main() -> None:
    """Compare on SQLite, and on a PostgreSQL database given by its address; exit 1 where they are told apart."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--postgresql", metavar="URL", help="an empty database")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        said = answered_alike("SQLite", f"sqlite:///{folder}/bench.sqlite3", Path(folder) / "s")
        if chosen.postgresql:
            said += answered_alike("PostgreSQL", chosen.postgresql, Path(folder) / "p")
    print("\n".join(said))
    sys.exit(any("TOLD APART" in line for line in said))


if __name__ == "__main__":
    main()
