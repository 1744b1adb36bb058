"""Stops are moved on a page and by programs; and to whom that is not there."""

from typing import Any
from uuid import uuid4

from geo.shapes import point
from tests.api.register.pages import words
from tests.audits.builders import a_programme, a_stop, a_walk
from tests.people import Service, ok

WEST = {"type": "Point", "coordinates": [-0.117, 51.463]}


async def test_a_stop_is_moved_and_put_back_on_its_page(service: Service) -> None:
    """A position as people write it; what is missing is said at its field; the history is on the page."""
    stop = await a_stop(await a_walk(await a_programme()), location=point(-0.111, 51.463))
    browser = await service.staff_browser("administrator")
    url = f"/review/stops/{stop.id}/position"

    async def send(**typed: Any) -> Any:
        return await browser.post(url, data=typed)

    unread = await send(position="by the arch", reason="I know.", version=0)
    why = await send(position="TQ 31053 75423", reason="", version=0)
    done = await send(position="51.463, -0.117", reason="Its photo shows the arch.", version=0)
    stale = await send(position="51.463, -0.113", reason="Mine.", version=0)
    page = words((await browser.get(url)).text)
    back = await send(back="yes", reason="It was right.", version=1)

    assert (unread.status_code, why.status_code, stale.status_code) == (422, 422, 422)
    assert "Say how you know" in why.text and "Somebody else has moved this stop" in stale.text
    assert done.headers["location"] == f"/review/walks/{stop_walk(done)}?done=moved"
    assert "51.463000, -0.117000" in page and "51.463000, -0.111000" in page and "Its photo shows the arch." in page
    assert back.headers["location"].endswith("done=moved-back")


def stop_walk(answer: Any) -> str:
    """The walk that a redirect leads to."""
    return str(answer.headers["location"]).split("/")[3].split("?")[0]


async def test_a_program_moves_a_stop_under_its_version(service: Service) -> None:
    """What was read is named; the answer tells both places; undoing gives the first back."""
    stop = await a_stop(await a_walk(await a_programme()))
    client = service.http
    headers = await service.staff("administrator")
    url = f"/api/stops/{stop.id}/position"
    read = await client.get(url, headers=headers)
    body = {"location": WEST, "reason": "Its photo shows the arch."}
    unnamed = await client.put(url, json=body, headers=headers)
    moved = await client.put(url, json=body, headers={**headers, "If-Match": read.headers["etag"]})
    stale = await client.put(url, json=body, headers={**headers, "If-Match": '"0"'})
    undone = await client.post(f"{url}/undo", json={"reason": "No."}, headers={**headers, "If-Match": '"1"'})

    assert (await ok(read))["location"] is None
    assert (unnamed.status_code, stale.status_code) == (428, 412)
    shown = await ok(moved)
    assert shown["location"] == WEST and shown["original"] is None and len(shown["corrections"]) == 1
    assert (await ok(undone))["location"] is None and undone.headers["etag"] == '"2"'


async def test_another_leads_stops_are_not_there(service: Service) -> None:
    """By page and by program, like stops that never were."""
    stop = await a_stop(await a_walk(await a_programme()))
    peer, token = await service.staff_browser("lead"), await service.staff("lead")
    for stop_id in (stop.id, uuid4()):
        answers = [
            await peer.get(f"/review/stops/{stop_id}/position"),
            await peer.post(f"/review/stops/{stop_id}/position", data={"position": "51.463, -0.117", "reason": "x"}),
            await service.http.get(f"/api/stops/{stop_id}/position", headers=token),
        ]
        assert [answer.status_code for answer in answers] == [404, 404, 404]
