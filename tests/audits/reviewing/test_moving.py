"""A stop that is moved counts where it was in truth, for everybody who asks, and what its phone said is kept."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from audits.actions.keeping import Acting
from audits.actions.stops import stops_at
from audits.errors import NothingToReview
from audits.instrument import instrument
from audits.reports.evidence import Scope
from audits.reports.live import live_scores
from audits.reviewing.errors import CorrectionNotAcceptable, NoSuchStop, StopMovedMeanwhile
from audits.reviewing.moved import stop_placed
from audits.reviewing.moving import move_stop, move_stop_back
from audits.reviewing.placing import Correction
from audits.walks import PointAt
from geo.spatial_index import where_box
from migrations.database import fetch, fetch_one, fetch_value
from tests.audits.builders import ADMINISTRATOR, LEAD, NOW, OTHER_LEAD, a_programme, a_stop, a_walk
from tests.audits.phones import Phone
from tests.audits.phones import a_stop as sent_stop

ACTING = Acting(by=LEAD, now=NOW)
WEST, EAST = (-0.117, 51.463), (-0.111, 51.463)
MIDDLE = (-0.1139, 51.4631)
ROUTE = {"type": "LineString", "coordinates": [[-0.117, 51.463], [-0.1139, 51.4631], [-0.111, 51.463]]}
PLACE = "location, easting_m, northing_m, cell_q, cell_r"


def to(where: tuple[float, float], reason: str = "Its photo shows the arch.") -> Correction:
    """Move it there."""
    return Correction(location=PointAt(type="Point", coordinates=where), reason=reason)


async def sent(phone: Phone, *places: tuple[float, float], **more: Any) -> tuple[UUID, dict[str, Any], list[UUID]]:
    """A walk with stops at these places, complete; its id, its body and its stops' ids."""
    stops = [sent_stop(number, where=place) for number, place in enumerate(places, start=1)]
    walk_id, body = uuid4(), phone.body(stops, **more)
    await phone.put_walk(walk_id, body)
    await phone.complete(walk_id)
    return walk_id, body, [UUID(stop["id"]) for stop in stops]


async def placed(stop: UUID) -> dict[str, Any]:
    """Its columns of place."""
    row = await fetch_one(f"select {PLACE} from stop where id = $1", stop)
    assert row is not None
    return row


async def test_a_moved_stop_is_where_it_would_have_arrived(phone: Phone) -> None:
    """Metres, cell and spatial index are those of a walk that was sent with the right position."""
    _, _, (moved,) = await sent(phone, EAST)
    _, _, (right,) = await sent(phone, WEST)
    await move_stop(moved, to(WEST), acting=ACTING)

    assert await placed(moved) == await placed(right)
    box = where_box("stop", "location")
    assert await fetch_value(f"select count(*) from stop where {box}", -0.118, 51.46, -0.116, 51.47) == 2


async def test_every_reader_sees_the_corrected_place(phone: Phone) -> None:
    """Hotspots take the new metres, issues the new cell; an edition reads the same rows."""
    _, _, (moved,) = await sent(phone, EAST)
    before = await placed(moved)
    await move_stop(moved, to(WEST), acting=ACTING)
    lighting = next(factor for factor in instrument(1).factors if factor.key == "lighting")
    scope = Scope(programmes=(phone.programme.number,), states=("received", "accepted"))
    scores = await live_scores(scope, lighting, dark=True)
    now = await placed(moved)

    assert (scores.places.easting.tolist(), scores.places.northing.tolist()) == (
        [now["easting_m"]],
        [now["northing_m"]],
    )
    assert (now["cell_q"], now["cell_r"]) != (before["cell_q"], before["cell_r"])
    assert await stops_at([(before["cell_q"], before["cell_r"])], [], caller=LEAD) == []


async def test_what_the_phone_said_is_kept_and_comes_back(phone: Phone) -> None:
    """Moved twice and put back: the row is as it arrived, and the history tells all three."""
    _, _, (stop,) = await sent(phone, EAST)
    arrived = await placed(stop)
    await move_stop(stop, to(WEST), acting=ACTING)
    await move_stop(stop, to(MIDDLE), acting=replace(ACTING, version=1))
    between = await stop_placed(stop, caller=LEAD)
    await move_stop_back(stop, "It was right after all.", acting=replace(ACTING, version=2))
    back = await stop_placed(stop, caller=LEAD)

    assert between.moved and between.original is not None and between.original.coords[0] == EAST
    assert await placed(stop) == arrived and not back.moved
    assert [(move.was.coords[0], move.became.coords[0]) for move in back.moves if move.was and move.became] == [
        (EAST, WEST),
        (WEST, MIDDLE),
        (MIDDLE, EAST),
    ]
    trail = await fetch("select actor, action from audit_event where subject = 'stop' order by number")
    assert [row["action"] for row in trail] == ["stop moved", "stop moved", "stop moved back"]


async def test_a_stop_that_lost_its_place_gets_one_and_loses_it_again(phone: Phone) -> None:
    """It came over 100 m outside the area; undoing the correction leaves it nowhere, in the index too."""
    _, _, (lost,) = await sent(phone, (-0.2, 51.5))
    await move_stop(lost, to(WEST), acting=ACTING)
    given = await placed(lost)
    await move_stop_back(lost, "Nobody knows.", acting=ACTING)

    assert given["cell_q"] is not None and set((await placed(lost)).values()) == {None}
    box = where_box("stop", "location")
    assert await fetch_value(f"select count(*) from stop where {box}", -0.118, 51.46, -0.116, 51.47) == 0


async def test_a_walk_sent_again_does_not_undo_it(phone: Phone) -> None:
    """A phone that missed its receipt sends the same once more; other content is refused as ever."""
    walk_id, body, (stop,) = await sent(phone, EAST)
    await move_stop(stop, to(WEST), acting=ACTING)
    corrected = await placed(stop)
    again = await phone.put_walk(walk_id, body)
    await phone.complete(walk_id)

    assert not again.first and await placed(stop) == corrected


@pytest.mark.parametrize(
    ("correction", "field"),
    [
        (to((-0.2, 51.5)), "location"),
        (to((500.0, 51.5)), "location"),
        (to(WEST, reason=" "), "reason"),
        (to(WEST, reason="x" * 2001), "reason"),
    ],
)
async def test_nothing_is_moved_out_of_the_area_or_without_a_reason(
    database: str, correction: Correction, field: str
) -> None:
    """The walk's own rule of 100 m, and a sentence without coordinates."""
    stop = await a_stop(await a_walk(await a_programme()))
    with pytest.raises(CorrectionNotAcceptable) as refused:
        await move_stop(stop.id, correction, acting=ACTING)

    assert [error.field for error in refused.value.errors] == [field]
    assert "51.5" not in str(refused.value.errors)
    assert await fetch_value("select count(*) from stop_correction") == 0


async def test_who_saw_an_older_place_is_told(database: str) -> None:
    """Two reviewers have the page open; the second looks again."""
    stop = await a_stop(await a_walk(await a_programme()))
    await move_stop(stop.id, to(WEST), acting=replace(ACTING, version=0))

    with pytest.raises(StopMovedMeanwhile):
        await move_stop(stop.id, to(MIDDLE), acting=replace(ACTING, version=0))
    assert (await stop_placed(stop.id, caller=LEAD)).version == 1


async def test_there_is_nothing_to_move_for_others_or_before_the_walk_is_whole(database: str) -> None:
    """Another lead is told like of a stop that never was; an undo with nothing to undo says so."""
    programme = await a_programme()
    stop, early = await a_stop(await a_walk(programme)), await a_stop(await a_walk(programme, state="incomplete"))

    for stop_id, by in ((stop.id, OTHER_LEAD), (uuid4(), ADMINISTRATOR)):
        with pytest.raises(NoSuchStop):
            await move_stop(stop_id, to(WEST), acting=replace(ACTING, by=by))
    with pytest.raises(NothingToReview):
        await move_stop(early.id, to(WEST), acting=ACTING)
    with pytest.raises(CorrectionNotAcceptable):
        await move_stop_back(stop.id, "Why not.", acting=ACTING)


async def test_the_route_ends_where_its_stops_do(phone: Phone) -> None:
    """The first stop moved on: what was walked before it may be her way from home, and goes for good."""
    walk_id, _, (first, _) = await sent(phone, WEST, EAST, route=ROUTE)
    await move_stop(first, to(MIDDLE), acting=ACTING)
    narrowed = await fetch_value("select route from walk where id = $1", walk_id)
    await move_stop_back(first, "It was right.", acting=ACTING)

    assert narrowed.bounds[0] == pytest.approx(MIDDLE[0], abs=1e-6)
    assert await fetch_value("select route from walk where id = $1", walk_id) == narrowed
