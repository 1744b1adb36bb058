"""GPX from any device becomes one route, or is refused with a sentence; what is doubtful about it is said."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import NoRouteInGpx, NotGpx, TracksApart, UnacceptableShape
from geo.gpx import MAX_GPX_BYTES, GpxRoute, read_gpx, read_waypoints
from tests.conftest import SHARED

FILES = sorted((SHARED / "gpx").rglob("*.gpx"))
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b"]><gpx><trk><name>&b;</name></trk></gpx>"
)
OUTSIDE = b'<!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]><gpx><name>&x;</name></gpx>'


def point(lon: object, lat: object, at: str = "", *, kind: str = "trkpt") -> str:
    """One point as a device writes it."""
    return f'<{kind} lat="{lat}" lon="{lon}">{f"<time>{at}</time>" if at else ""}</{kind}>'


def gpx(*segments: str) -> bytes:
    """A file of one track with these segments."""
    inside = "".join(f"<trkseg>{segment}</trkseg>" for segment in segments)
    return f'<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk>{inside}</trk></gpx>'.encode()


def codes(route: GpxRoute) -> list[str]:
    """What is doubtful about it."""
    return [doubt.code for doubt in route.doubts]


A, B, C = (-0.1146, 51.4626), (-0.1139, 51.4631), (-0.1120, 51.4640)


@pytest.mark.parametrize("path", FILES or [None], ids=lambda path: path.name if path else "absent")
def test_every_device_s_file_is_a_route_or_refused_with_a_sentence(path: Path | None) -> None:
    """Nothing but a sentence ever comes of it, and none repeats a position."""
    if path is None:
        pytest.skip("the shared GPX files are not here")
    try:
        route = read_gpx(path.read_bytes())
        sentences = [doubt.sentence for doubt in route.doubts]
        assert len(route.line.coords) >= 2
    except UnacceptableShape as refusal:
        sentences = [str(refusal)]

    assert [sentence for sentence in sentences if not sentence.endswith(".") or "°" in sentence] == []


def test_real_clocks_and_speeds_are_doubted() -> None:
    """A mountain track whose clock steps back once and whose receiver jumps."""
    found = [path for path in FILES if path.name == "Mojstrovka.gpx"]
    if not found:
        pytest.skip("the shared GPX files are not here")

    assert codes(read_gpx(found[0].read_bytes())) == ["clock-backwards", "impossible-speed"]


def test_segments_of_a_paused_device_are_joined_and_told() -> None:
    """In their order; the gap is said."""
    route = read_gpx(gpx(point(*A) + point(*B), point(*C) + point(-0.1110, 51.4650)))

    assert len(route.line.coords) == 4
    assert codes(route) == ["gap"]


def test_tracks_of_different_places_are_no_route() -> None:
    """Whoever sent them has to say which is meant."""
    with pytest.raises(TracksApart, match="2 tracks"):
        read_gpx(gpx(point(*A) + point(*B), point(-0.2, 51.5) + point(-0.21, 51.51)))


def test_a_planned_route_comes_before_a_recorded_track() -> None:
    """It is what somebody meant to be followed."""
    planned = point(*C, kind="rtept") + point(*B, kind="rtept")
    track = f"<trk><trkseg>{point(*A)}{point(*B)}</trkseg></trk>"

    assert list(read_gpx(f"<gpx><rte>{planned}</rte>{track}</gpx>".encode()).line.coords) == [C, B]


def test_a_walk_on_foot_is_not_doubted() -> None:
    """Whatever the offset of its clock, and without one."""
    steps = (
        point(*A, "2026-10-24T23:10:00+01:00") + point(*B, "2026-10-24T22:11:10Z") + point(*C, "2026-10-24T22:14:00")
    )

    assert codes(read_gpx(gpx(steps))) == []


def test_positions_that_cannot_be_read_are_left_out_and_told() -> None:
    """No longitude, no number, off the globe, not finite."""
    bad = "".join(point(lon, lat) for lon, lat in (("undefined", 51), (200, 51), ("nan", 51), ("inf", 51)))
    route = read_gpx(gpx(point(*A) + bad + '<trkpt lat="51"/>' + point(*B)))

    assert [(doubt.code, doubt.sentence[:11]) for doubt in route.doubts] == [("unreadable-position", "Left out: 5")]


def test_times_of_extensions_are_not_the_point_s() -> None:
    """Some devices write when a heart rate was taken."""
    inner = "<extensions><time>1999-01-01T00:00:00Z</time></extensions>"
    first = f'<trkpt lat="{A[1]}" lon="{A[0]}"><time>2026-10-24T22:10:00Z</time>{inner}</trkpt>'

    assert codes(read_gpx(gpx(first + point(*B, "2026-10-24T22:11:10Z")))) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"no xml", b"<html/>", b"\x00" * 10, BOMB, OUTSIDE, b"<gpx>" + b"<a>" * 200_000, b" " * (MAX_GPX_BYTES + 1)],
    ids=["empty", "text", "html", "nul", "bomb", "outside", "deep", "large"],
)
def test_what_is_not_gpx_is_refused_at_once(content: bytes) -> None:
    """Document types too, so that nothing grows or reaches outside."""
    with pytest.raises(NotGpx):
        read_gpx(content)


@pytest.mark.parametrize("content", [b"<gpx/>", gpx(), gpx(point(*A)), gpx(point(*A) * 5)])
def test_less_than_two_places_are_no_route(content: bytes) -> None:
    """Waypoints alone, a track that stands still."""
    with pytest.raises(NoRouteInGpx):
        read_gpx(content)


@given(st.lists(st.tuples(st.floats(), st.floats(), st.text(max_size=12)), max_size=6), st.binary(max_size=40))
def test_nothing_but_a_sentence_comes_of_any_file(points: list[tuple[float, float, str]], noise: bytes) -> None:
    """Any positions, any times, and bytes in their middle."""
    written = "".join(point(lon, lat, at.replace("<", "").replace("&", "")) for lon, lat, at in points)
    for content in (gpx(written), gpx(written)[:-20] + noise, noise):
        with suppress(UnacceptableShape):
            assert read_gpx(content).line.is_valid


def test_waypoints_are_read_with_their_names() -> None:
    """In their order; one that cannot be read is left out, and none of them is part of a route."""
    marks = '<wpt lat="51.4626" lon="-0.1146"><name> Arch </name></wpt><wpt lat="x" lon="1"/><wpt lat="51.5" lon="0"/>'
    content = f"<gpx>{marks}<trk><name>Walk</name><trkseg>{point(*A)}{point(*B)}</trkseg></trk></gpx>".encode()

    assert read_waypoints(content) == ((-0.1146, 51.4626, "Arch"), (0, 51.5, ""))
    assert codes(read_gpx(content)) == [] and list(read_gpx(content).line.coords) == [A, B]
