"""The review desk as a browser without scripts uses it; and to whom it is not there."""

from uuid import UUID, uuid4

from migrations.database import fetch, fetch_value
from tests.api.register.pages import words
from tests.audits.builders import a_problem, a_programme, a_stop, a_walk
from tests.people import Service


async def actions_on(id: UUID) -> list[str]:
    """What the trail tells was done to a thing."""
    rows = await fetch("select action from audit_event where subject_id = $1 order by number", str(id))
    return [str(row["action"]) for row in rows]


async def test_a_walk_is_found_explained_and_decided(service: Service) -> None:
    """The queue tells what there is to look at, the page what to do about it; a rejection needs a reason."""
    programme = await a_programme()
    walk = await a_walk(programme, state="quarantined")
    await a_stop(walk, note="Dark under the arch")
    await a_problem(walk)
    browser = await service.staff_browser("administrator")
    queue = words((await browser.get("/review")).text)
    url = f"/review/walks/{walk.id}"
    page = words((await browser.get(url)).text)
    refused = await browser.post(url, data={"decision": "rejected", "reason": " "})
    undecided = await browser.post(url, data={})
    done = await browser.post(url, data={"decision": "accepted", "reason": ""})

    assert "1 problem, 1 note" in queue and "Quarantined" in queue
    assert "The phone’s clock was wrong" in page and "Dark under the arch" in page
    assert (refused.status_code, undecided.status_code, done.status_code) == (422, 422, 303)
    assert "Say why the walk is rejected" in refused.text
    assert await actions_on(walk.id) == ["notes read", "notes read", "notes read", "accepted"]


async def test_plain_walks_are_accepted_together_and_no_other(service: Service) -> None:
    """What has a note, a problem or a photo is left, even where a stale or forged page names it."""
    programme = await a_programme()
    plain, noted = await a_walk(programme), await a_walk(programme)
    await a_stop(plain)
    await a_stop(noted, note="Somebody shouted")
    browser = await service.staff_browser("administrator")
    where = words((await browser.get("/review/accept")).text)
    url = f"/review/accept?programme={programme.id}"
    page = (await browser.get(url)).text
    asked = {"programme": str(programme.id), "walk_ids": [str(plain.id), str(noted.id), str(uuid4())]}
    done = await browser.post("/review/accept", data=asked)
    said = words((await browser.get(done.headers["location"])).text)

    assert programme.name in where and str(plain.id) in page and str(noted.id) not in page
    assert "1 walk: with notes that nobody has decided about" in words(page)
    assert done.headers["location"] == f"{url}&done=accepted.1-notes.1-absent.1"
    assert "1 walk is accepted, 2 left" in said
    states = {row["id"]: row["state"] for row in await fetch("select id, state from walk")}
    assert states == {plain.id: "accepted", noted.id: "received"}


async def test_a_note_is_quoted_only_by_a_clear_yes(service: Service) -> None:
    """Anything else withholds it."""
    walk = await a_walk(await a_programme())
    stop = await a_stop(walk, note="Lamp out")
    browser = await service.staff_browser("administrator")
    said = []
    for decision in ("publishable", "perhaps"):
        await browser.post(f"/review/notes/{stop.id}", data={"decision": decision})
        said.append(await fetch_value("select note_review from stop"))

    assert said == ["publishable", "withheld"]
    assert await actions_on(stop.id) == ["note publishable", "note withheld"]


async def test_the_desk_is_not_there_for_another_lead(service: Service) -> None:
    """Neither in the queue nor by any id."""
    walk = await a_walk(await a_programme())
    stop = await a_stop(walk, note="Lamp out")
    peer = await service.staff_browser("lead")
    queue = words((await peer.get("/review")).text)
    answers = [
        await peer.get(f"/review/walks/{walk.id}"),
        await peer.post(f"/review/walks/{walk.id}", data={"decision": "accepted"}),
        await peer.post(f"/review/notes/{stop.id}", data={"decision": "publishable"}),
    ]

    programme = await fetch_value("select id from programme")
    together = await peer.post("/review/accept", data={"programme": str(programme), "walk_ids": [str(walk.id)]})

    assert "Nothing waits" in queue and "Nothing waits" in words((await peer.get("/review/accept")).text)
    assert (together.status_code, (await peer.get(f"/review/accept?programme={programme}")).status_code) == (404, 404)
    assert [answer.status_code for answer in answers] == [404, 404, 404]
