"""A walk is refused only for what cannot be true, quarantined for what is doubtful, and stripped of what is private."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.errors import WalkNotAcceptable
from audits.walks import Assessment, Ground, Walk, assess, check, content_of, without_what_is_not_kept
from geo.shapes import distances_outside_m, length_m, read_shape
from tests.audits.builders import BRIXTON, NOW
from tests.audits.phones import IN_BRIXTON, STARTED, a_body, a_stop, read
from tests.journeys.walks import picture

PROGRAMME = uuid4()
LAST_MOMENT = "9999-12-31T23:59:59.999999Z"
GROUND = Ground(read_shape(BRIXTON), date(2026, 10, 1), date(2026, 12, 31))
FAR = (-0.128, 51.463)  # 700 m west of the area
JUST_OUTSIDE = (-0.1188, 51.463)  # 55 m west of it
MIDDAY = {"started_at": "2026-10-24T12:00:00Z", "ended_at": "2026-10-24T13:00:00Z"}


def assessed(**changes: Any) -> Assessment:
    """What is made of a walk in Brixton, but for `changes`."""
    return assess(read(a_body(PROGRAMME, **changes)), GROUND, received_at=NOW)


def codes(**changes: Any) -> list[str]:
    """The codes of that walk's problems."""
    return [problem.code for problem in assessed(**changes).problems]


def refused(**changes: Any) -> list[str]:
    """The fields for which that walk is refused."""
    with pytest.raises(WalkNotAcceptable) as refusal:
        check(read(a_body(PROGRAMME, **changes)))
    return [error.field for error in refusal.value.errors]


def test_a_plain_walk_is_kept_as_it_is() -> None:
    """No problem, a night, darkness, and every score."""
    check(read(a_body(PROGRAMME)))
    found = assessed()

    assert (found.problems, found.night_of, found.dark) == ((), date(2026, 10, 24), True)
    assert len(found.stops[0].scores) == 11 and found.stops[0].kept == {}
    assert found.stops[0].place is not None and found.stops[0].sun_band == "night"


# --- the same content ---------------------------------------------------------------------------------------------


def respelled(body: dict[str, Any]) -> bytes:
    """The same walk as another phone's libraries might write it."""
    stop = body["stops"][0]
    return (
        json.dumps(dict(reversed(body.items())), separators=(" ,", " : "))
        .replace('"2026-10-24T22:10:00Z"', '"2026-10-25T00:10:00.000000+02:00"')
        .replace('"accuracy_m" : 8.0', '"accuracy_m" : 8')
        .replace('"lighting" : 2', '"lighting" : 2.0')
        .replace(f'"{stop["id"]}"', f'"{stop["id"].upper()}"')
        .encode()
    )


def test_spelling_is_not_content() -> None:
    """Order of keys, offsets, spellings of numbers and ids, and when it was sent."""
    body = a_body(PROGRAMME)
    again = msgspec.json.decode(respelled({**body, "client_sent_at": "2026-10-26T09:00:00Z"}), type=Walk)

    assert content_of(again) == content_of(read(body))


def test_large_scores_are_content_too() -> None:
    """However they are spelled, and though no number with a point is exact there."""
    stop = a_stop()
    spelled = [read(a_body(PROGRAMME, [{**stop, "scores": {"lighting": n}}])) for n in (10**20, 1e20, 1e300)]

    assert content_of(spelled[0]) == content_of(spelled[1]) != content_of(spelled[2])


def test_missing_is_null() -> None:
    """Every optional field may be left out or written as null."""
    stop = a_stop()
    spelled = {**stop, "planned_stop_id": None, "hub": None, "note": None, "causes": stop["causes"]}
    body = a_body(PROGRAMME, [spelled], paired_walk_id=None, cut_short_reason=None, route=None)

    assert content_of(read(body)) == content_of(read(a_body(PROGRAMME, [stop])))


@pytest.mark.parametrize(
    "change",
    [
        {"leg": "light"},
        {"group_size": 8},
        {"cut_short": True},
        {"ended_at": "2026-10-25T01:20:00.000001Z"},
        {"route": {"type": "LineString", "coordinates": [[0, 51], [0, 52]]}},
        {"paired_walk_id": str(uuid4())},
        {"stops": []},
    ],
)
def test_another_fact_is_other_content(change: dict[str, Any]) -> None:
    """However small."""
    body = a_body(PROGRAMME)

    assert content_of(read({**body, **change})) != content_of(read(body))


def test_arrays_are_ordered() -> None:
    """Two stops the other way round are another walk."""
    first, second = a_stop(1), a_stop(2)

    assert content_of(read(a_body(PROGRAMME, [first, second]))) != content_of(read(a_body(PROGRAMME, [second, first])))


@given(st.dictionaries(st.text(max_size=8), st.integers(-9, 9) | st.sampled_from(["cannot_tell", "not_applicable"])))
def test_content_reads_back_as_the_walk(scores: dict[str, Any]) -> None:
    """Nothing that can be scored is lost in the comparison."""
    walk = read(a_body(PROGRAMME, [a_stop(scores=scores)]))
    again = msgspec.json.decode(content_of(walk), type=Walk)

    assert again.stops == walk.stops
    assert content_of(again) == content_of(walk)


# --- what cannot be read ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"surprise": 1},
        {"group_size": "7"},
        {"group_size": None},
        {"cut_short": 1},
        {"leg": "dusk"},
        {"started_at": "2026-10-24T22:10:00"},
        {"started_at": 1},
        {"programme_id": "Brixton"},
        {"route": {"type": "Point", "coordinates": [0, 51]}},
        {"route": {"type": "LineString", "coordinates": [[0, 51], [0]]}},
        {"stops": {}},
        {"photos": [{}]},
    ],
)
def test_what_is_of_the_wrong_type_cannot_be_read(change: dict[str, Any]) -> None:
    """A 400, not a quarantine."""
    with pytest.raises(msgspec.ValidationError):
        read({**a_body(PROGRAMME), **change})


@pytest.mark.parametrize("score", ["2", "maybe", True, None, [2], {"value": 2}])
def test_a_score_is_a_number_or_one_of_two_answers(score: object) -> None:
    """Nothing else can be read."""
    with pytest.raises(msgspec.ValidationError):
        read(a_body(PROGRAMME, [a_stop(scores={"lighting": score})]))


# --- what cannot be accepted --------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", [(180.1, 51.0), (0.0, 90.1), (-181, 0), (531_053, 175_423)])
def test_places_off_the_globe_are_refused(where: tuple[float, float]) -> None:
    """The field is named, the place is not repeated."""
    with pytest.raises(WalkNotAcceptable) as refusal:
        check(read(a_body(PROGRAMME, [a_stop(1), a_stop(2, where=where)])))

    assert [error.field for error in refusal.value.errors] == ["stops[1].location"]
    assert str(where[0]) not in str(refusal.value.errors)


@pytest.mark.parametrize("coordinates", [[], [[0, 51]], [[0, 51], [0, 91]], [[0, 51], [531000, 175000]]])
def test_a_route_that_is_no_line_on_the_globe_is_refused(coordinates: list[list[float]]) -> None:
    """Too short, off the globe, or in metres."""
    assert refused(route={"type": "LineString", "coordinates": coordinates}) == ["route"]


def test_repeated_ids_are_refused() -> None:
    """A stop twice, a photo twice."""
    stop, photo = a_stop(), picture(b"x").in_manifest(str(uuid4()))

    assert refused(stops=[stop, stop]) == ["stops[1].id"]
    assert refused(stops=[stop], photos=[{**photo, "stop_id": stop["id"]}] * 2) == ["photos[1].id"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"group_size": 0}, "group_size"),
        ({"group_size": 10**6}, "group_size"),
        ({"instrument_version": 2**31}, "instrument_version"),
        ({"started_at": "0001-01-01T00:00:00+14:00"}, "started_at"),
        ({"ended_at": "9999-12-31T23:59:59-12:00"}, "ended_at"),
        ({"client_sent_at": "0001-01-01T00:59:59+01:00"}, "client_sent_at"),
        ({"cut_short_reason": "x" * 501}, "cut_short_reason"),
        ({"stops": [a_stop(note="x" * 2001)]}, "stops[0].note"),
        ({"stops": [a_stop(hub="x" * 61)]}, "stops[0].hub"),
        ({"stops": [a_stop(causes=["x"] * 41)]}, "stops[0].causes"),
        ({"stops": [a_stop(scores={"lighting": 10**309})]}, "stops[0].scores.lighting"),
        ({"stops": [{**a_stop(), "sequence": 2**31}]}, "stops[0].sequence"),
        ({"stops": [a_stop(observed_at="9999-12-31T23:59:59-00:01")]}, "stops[0].observed_at"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(change: dict[str, Any], field: str) -> None:
    """With its path in the body."""
    assert refused(**change) == [field]


@pytest.mark.parametrize(
    ("change", "field"), [({"sha256": "abc"}, "sha256"), ({"bytes": 0}, "bytes"), ({"caption": "x" * 501}, "caption")]
)
def test_an_announced_photo_must_be_one(change: dict[str, Any], field: str) -> None:
    """And of a stop of this walk."""
    stop = a_stop()
    photo = picture(b"x").in_manifest(stop["id"])

    assert refused(stops=[stop], photos=[{**photo, **change}]) == [f"photos[0].{field}"]
    assert refused(stops=[stop], photos=[{**photo, "stop_id": str(uuid4())}]) == ["photos[0].stop_id"]


def test_the_longest_walk_is_taken_and_one_longer_is_not() -> None:
    """500 stops, 200 photos, 20,000 vertices, 2,000 characters."""
    stops = [a_stop(1, note="é" * 2000) for _ in range(500)]
    route = {"type": "LineString", "coordinates": [[-0.115, 51.46 + n * 1e-8] for n in range(20_000)]}
    photos = [picture(b"x").in_manifest(stops[0]["id"]) for _ in range(200)]
    check(read(a_body(PROGRAMME, stops, route=route, photos=photos)))
    longer = {"type": "LineString", "coordinates": [*route["coordinates"], [0, 51]]}

    assert refused(stops=[*stops, a_stop()]) == ["stops"]
    assert refused(stops=stops, photos=[*photos, picture(b"x").in_manifest(stops[0]["id"])]) == ["photos"]
    assert refused(route=longer) == ["route"]


def test_all_faults_are_told_at_once() -> None:
    """So that a programmer needs one round."""
    assert refused(group_size=0, stops=[a_stop(note="x" * 3000), a_stop(hub="x" * 99)]) == [
        "group_size",
        "stops[0].note",
        "stops[1].hub",
    ]


# --- what is doubtful ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("starts-in-future", {"started_at": "2026-10-25T09:00:01Z", "ended_at": "2026-10-25T09:00:02Z"}),
        ("times-reversed", {"ended_at": "2026-10-24T22:09:59Z"}),
        ("outside-programme-dates", {"started_at": "2026-10-01T04:00:00Z"}),
        ("clock-off", {"client_sent_at": "2026-10-25T08:49:59Z"}),
        ("clock-off", {"client_sent_at": "2026-10-25T09:10:01Z"}),
        ("unknown-instrument", {"instrument_version": 2}),
        ("unknown-factor", {"stops": [a_stop(scores={"feeling": 2})]}),
        ("score-off-scale", {"stops": [a_stop(scores={"lighting": 4})]}),
        ("score-off-scale", {"stops": [a_stop(scores={"lighting": 2.5})]}),
        ("score-off-scale", {"stops": [a_stop(scores={"lighting": -1e308})]}),
        ("unknown-instrument", {"instrument_version": 0}),
        ("unknown-instrument", {"instrument_version": -7}),
        ("unknown-instrument", {"instrument_version": 2**31 - 1}),
        ("outside-programme-dates", {"ended_at": "9999-12-31T23:59:59Z"}),
        ("outside-programme-dates", {"stops": [a_stop(observed_at="1970-01-01T00:00:00Z")]}),
        ("stop-outside-area", {"stops": [a_stop(where=FAR)]}),
        ("leg-contradicts-sun", {"leg": "light"}),
    ],
)
def test_each_doubt_has_its_code(code: str, changes: dict[str, Any]) -> None:
    """And is the only one, so that a reviewer sees what is the matter."""
    assert code in codes(**changes)
    assert set(codes(**changes)) <= {code, "leg-contradicts-sun"}


@pytest.mark.parametrize(
    "changes",
    [
        {"started_at": NOW.isoformat(), "ended_at": NOW.isoformat(), "stops": []},
        {"ended_at": "2026-10-24T22:10:00Z"},
        {"client_sent_at": "2026-10-25T09:10:00Z"},
        {"client_sent_at": "2026-10-25T08:50:00Z"},
        {"started_at": "2026-10-01T06:00:00+01:00", "stops": []},
        {"stops": [a_stop(where=JUST_OUTSIDE)]},
        {"stops": []},
    ],
)
def test_the_edge_of_a_doubt_is_none(changes: dict[str, Any]) -> None:
    """Exactly ten minutes, exactly the first night, within a hundred metres; a walk cut short before its first stop."""
    assert codes(**changes) == []


def test_imported_walks_have_no_phone_to_doubt() -> None:
    """They were sent when somebody typed them in."""
    walk = read(a_body(PROGRAMME, client_sent_at="2020-01-01T00:00:00Z"))

    assert assess(walk, GROUND, received_at=NOW, imported=True).problems == ()


@pytest.mark.parametrize(("seconds", "doubted"), [(37, False), (33, True), (0, True)])
def test_nobody_walks_at_60_km_an_hour(seconds: int, doubted: bool) -> None:
    """556 m in 33.4 s would be 60 km/h; two stops 572 m apart, each known to 8 m, may take 33.4 s and no less."""
    here = a_stop(1, where=(-0.1115, 51.4605), observed_at="2026-10-24T22:15:00Z")
    later = datetime(2026, 10, 24, 22, 15, tzinfo=UTC) + timedelta(seconds=seconds)
    there = a_stop(2, where=(-0.1115, 51.46564), observed_at=later.isoformat())

    assert ("impossible-speed" in codes(stops=[here, there])) == doubted


@pytest.mark.parametrize("accuracy_m", [1e6, 1e308])
def test_no_accuracy_excuses_every_speed(accuracy_m: float) -> None:
    """Of a phone's own doubt 50 m count; 667 m at once remain a speed."""
    places = [(-0.1115, 51.460), (-0.1115, 51.466)]
    stops = [a_stop(1, where=where, accuracy_m=accuracy_m, observed_at=STARTED) for where in places]

    assert codes(stops=stops) == ["impossible-speed"]


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2150-06-01T00:00:00Z", LAST_MOMENT])
def test_no_clock_is_too_wrong_to_be_kept(at: str) -> None:
    """The walk is taken, and every doubt about its times is told."""
    walk: dict[str, Any] = {
        "started_at": at,
        "ended_at": STARTED,
        "client_sent_at": at,
        "stops": [a_stop(observed_at=at)],
    }
    check(read(a_body(PROGRAMME, **walk)))
    later = {"starts-in-future", "times-reversed"} if at > STARTED else set()

    assert {"clock-off", "outside-programme-dates"} | later <= set(codes(**walk))


def test_a_phone_that_does_not_know_where_it_is_has_not_run() -> None:
    """What its own accuracy explains is no speed; iOS says -1 where it knows nothing."""
    same_time = {"observed_at": "2026-10-24T22:15:00Z"}
    near = [a_stop(n, where=(-0.115, 51.463 + n * 0.0001), accuracy_m=30.0, **same_time) for n in range(3)]

    assert codes(stops=near) == []
    assert codes(stops=[a_stop(accuracy_m=-1.0)]) == []


def test_darkness_is_below_minus_six_at_every_stop() -> None:
    """At dusk of 24 October the sun is at -6 degrees about 17:22 London time (16:22 UTC + 1)."""
    at = {"light": "2026-10-24T12:00:00Z", "dusk": "2026-10-24T17:05:00Z", "dark": "2026-10-24T20:00:00Z"}
    stops = {name: a_stop(observed_at=time) for name, time in at.items()}

    assert assessed(stops=[stops["dark"]]).dark is True
    assert assessed(stops=[stops["dark"], stops["dusk"]]).dark is False
    assert assessed(stops=[]).dark is None


@pytest.mark.parametrize(
    ("leg", "at", "doubted"),
    [
        ("dark", "2026-10-24T12:00:00Z", True),
        ("dark", "2026-10-24T17:05:00Z", False),
        ("light", "2026-10-24T17:05:00Z", False),
        ("light", "2026-10-24T20:00:00Z", True),
    ],
)
def test_at_dusk_a_leg_may_be_called_either(leg: str, at: str, doubted: bool) -> None:
    """Only the day contradicts a dark leg, and only the dark a light one."""
    assert codes(leg=leg, stops=[a_stop(observed_at=at)]) == (["leg-contradicts-sun"] if doubted else [])


def test_details_never_tell_places_or_notes() -> None:
    """A problem's sentence may be shown to anybody who may see the walk."""
    stop = a_stop(where=FAR, note="my secret", scores={"lighting": 9, "odd": 1})
    problems = assessed(stops=[stop], leg="light", client_sent_at="2020-01-01T00:00:00Z").problems
    told = " ".join(f"{problem.detail} {problem.field}" for problem in problems)

    assert len(problems) == 5
    assert not [secret for secret in ("51.46", "0.128", "secret", " 9") if secret in told]


# --- what may be kept ---------------------------------------------------------------------------------------------


def test_what_cannot_be_counted_is_kept_apart() -> None:
    """Unknown factors and scores off the scale; an answer is readable."""
    scores = {"lighting": 7, "mood": 2, "help": "cannot_tell", "access": 3.0}
    found = assessed(stops=[a_stop(scores=scores)]).stops[0]

    assert found.scores == {"help": "cannot_tell", "access": 3}
    assert found.kept == {"lighting": 7, "mood": 2}


def test_under_an_unknown_instrument_nothing_is_counted() -> None:
    """Its 2 may mean what our 0 does."""
    found = assessed(instrument_version=7).stops[0]

    assert (found.scores, len(found.kept), found.open_causes) == ({}, 11, ())


def test_chips_about_people_are_sealed() -> None:
    """So is a chip that we do not know, which may be one of those; a chip twice is one."""
    found = assessed(stops=[a_stop(causes=["glare", "followed", "glare", "racist_remark", "odd"])]).stops[0]

    assert found.open_causes == ("glare",)
    assert found.sealed_causes == ("followed", "racist_remark", "odd")


def test_a_stop_far_outside_keeps_its_scores_and_loses_its_place() -> None:
    """Its sun is that of the area, so that the place cannot be told back from the altitude."""
    far, home = (assessed(stops=[a_stop(where=where)]).stops[0] for where in (FAR, (2.0, 48.0)))

    assert far.place is None and len(far.scores) == 11
    assert far.sun_altitude_deg == home.sun_altitude_deg


def test_a_place_on_the_other_side_of_the_globe_is_only_far_outside() -> None:
    """Where the National Grid cannot express it, too."""
    found = assessed(stops=[a_stop(where=(174.8, -41.3)), a_stop(2, where=(0.0, 90.0))])

    assert [problem.code for problem in found.problems][:2] == ["stop-outside-area"] * 2
    assert all(stop.place is None for stop in found.stops)


def out_and_back() -> dict[str, Any]:
    """From home, far outside, to two stops and home again."""
    home, first, last = (-0.135, 51.463), (-0.117, 51.463), (-0.111, 51.463)
    return {"type": "LineString", "coordinates": [home, first, last, home]}


def test_the_way_home_is_never_kept() -> None:
    """Of a route from home and back only what lies between the first and the last stop is."""
    stops = [a_stop(1, where=(-0.117, 51.463)), a_stop(2, where=(-0.111, 51.463))]
    route = assessed(stops=stops, route=out_and_back()).route

    assert route is not None and length_m(route) == pytest.approx(417, abs=3)
    assert route.bounds[0] >= -0.11701


@given(st.permutations(range(4)))
def test_the_route_ends_at_stops_that_keep_their_place(order: list[int]) -> None:
    """However the stops are listed, and though the very first was at home."""
    places = [(-0.135, 51.463), (-0.117, 51.463), (-0.114, 51.463), (-0.111, 51.463)]
    stops = [a_stop(n + 1, where=place) for n, place in enumerate(places)]
    route = assessed(stops=[stops[n] for n in order], route=out_and_back()).route

    assert route is not None and route.bounds[0] >= -0.11701
    assert distances_outside_m(*route_of(route), GROUND.area).max() < 0.01


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=2, max_size=6))
def test_no_route_on_the_globe_leaves_the_area(track: list[tuple[float, float]]) -> None:
    """Wherever a phone believes to have been, beyond the National Grid too."""
    stops = [a_stop(1, where=(-0.117, 51.463)), a_stop(2, where=(-0.111, 51.463))]
    through = [track[0], (-0.117, 51.463), (-0.111, 51.463), *track[1:]]
    for line in (track, through):
        route = assessed(stops=stops, route={"type": "LineString", "coordinates": line}).route

        assert route is None or distances_outside_m(*route_of(route), GROUND.area).max() < 0.01


def route_of(route: Any) -> tuple[list[float], list[float]]:
    """Longitudes and latitudes of a route's vertices, however many lines it is."""
    lines = getattr(route, "geoms", [route])
    return [c[0] for line in lines for c in line.coords], [c[1] for line in lines for c in line.coords]


@pytest.mark.parametrize("stops", [[], [a_stop()], [a_stop(1, where=FAR), a_stop(2)]])
def test_without_two_places_there_is_no_route(stops: list[dict[str, Any]]) -> None:
    """Nothing lies between."""
    assert assessed(stops=stops, route=out_and_back()).route is None


def test_what_is_shown_to_a_reviewer_holds_no_more_than_is_kept() -> None:
    """A revision loses its route and its far places before it is sealed."""
    walk = read(a_body(PROGRAMME, [a_stop(1), a_stop(2, where=FAR)], route=out_and_back()))
    kept = without_what_is_not_kept(walk, assess(walk, GROUND, received_at=NOW))

    assert kept.route is None
    assert [stop.location.coordinates for stop in kept.stops] == [IN_BRIXTON, (0.0, 0.0)]


def test_naughty_strings_are_notes(shared_data: Path) -> None:
    """Each of 515 is accepted, and comes back as it was."""
    naughty = json.loads((shared_data / "text/blns.json").read_text(encoding="utf8"))
    walk = read(a_body(PROGRAMME, [a_stop(note=text) for text in naughty[:500]]))
    check(walk)

    assert [stop.note for stop in walk.stops] == naughty[:500]
    assert [stop.note for stop in msgspec.json.decode(content_of(walk), type=Walk).stops] == naughty[:500]
