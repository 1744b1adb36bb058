"""Walks from a file: judged and kept like a phone's, once, however often the file comes."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audits.arriving.in_bulk import DIFFERS, ID_TAKEN, OTHER_RESPONSE, Tally, import_walks
from audits.arriving.lines import LineRefused, WalkLine, read_line
from audits.queries import OPERATOR, ProgrammeFacts
from audits.responses import Sending
from audits.submissions import receive_walk
from migrations.database import fetch_tuples, fetch_value
from migrations.sealing import Seal
from tests.audits.builders import NOW, a_programme
from tests.audits.phones import Phone
from tests.audits.phones import read as as_sent

SEAL = Seal(b"k" * 32)
SENDING = Sending(by=OPERATOR, now=NOW, seal=SEAL, imported=True)
HERE = [-0.1146, 51.4626]


def stop(sequence: int = 1, **changes: Any) -> dict[str, Any]:
    """A stop in Brixton with two group scores."""
    facts = {
        "id": str(uuid4()),
        "sequence": sequence,
        "observed_at": f"2026-10-24T23:{10 + sequence}:00+01:00",
        "location": {"type": "Point", "coordinates": [HERE[0] + 0.0005 * sequence, HERE[1]]},
        "scores": {"lighting": sequence % 4, "sightlines": "cannot_tell"},
        "presence": {"police": False, "security": True, "staff": False, "cctv_sign": True},
    }
    return {**facts, **changes}


def line(stops: Sequence[dict[str, Any]] | None = None, *, women: int = 2, **changes: Any) -> dict[str, Any]:
    """A walk with stops and what so many women said at each."""
    stops = [stop(1), stop(2)] if stops is None else stops
    walk = {
        "id": str(uuid4()),
        "programme_id": str(uuid4()),
        "instrument_version": 1,
        "leg": "dark",
        "started_at": "2026-10-24T23:10:00+01:00",
        "ended_at": "2026-10-25T01:20:00+00:00",
        "client_sent_at": "2020-01-01T00:00:00Z",
        "group_size": 5,
        "cut_short": False,
        "stops": list(stops),
        "photos": [],
        **changes,
    }
    said = [
        {
            "id": str(uuid4()),
            "auditor": f"woman {woman}",
            "walk_id": walk["id"],
            "stop_id": at["id"],
            "scores": {"feeling": woman % 4, "treatment": 3},
        }
        for at in stops
        for woman in range(women)
    ]
    return {"walk": walk, "responses": said}


def read(content: dict[str, Any], to: ProgrammeFacts, number: int = 1) -> WalkLine:
    """The line as a file holds it."""
    return read_line(number, json.dumps(content).encode(), programme_id=to.id)


async def imported(*contents: dict[str, Any], to: ProgrammeFacts) -> Tally:
    """What became of a file of these lines."""
    lines = [read(content, to, number) for number, content in enumerate(contents, start=1)]
    tally = Tally()
    async for kept in import_walks(lines, to=to, sending=SENDING):
        tally.add(kept)
    return tally


async def rows(sql: str) -> list[tuple[Any, ...]]:
    """What stands in the database, sorted."""
    return sorted(await fetch_tuples(sql), key=repr)


async def test_a_file_becomes_walks_stops_scores_and_responses(database: str) -> None:
    """Two walks of two stops, each with two women: all of it is there, complete, and counted."""
    to = await a_programme()
    tally = await imported(line(), line(), to=to)

    assert (tally.new, tally.stops, tally.responses, tally.quarantined, tally.refused) == (2, 4, 8, 0, [])
    assert await rows("select state, device, auditor from walk") == [("received", None, None)] * 2
    assert await fetch_value("select count(*) from group_score where answer = 'cannot_tell'") == 4
    assert await fetch_value("select count(*) from personal_score where factor = 'feeling'") == 8
    assert await fetch_value("select count(*) from auditor") == 2


async def test_a_clock_of_years_ago_is_no_problem_but_a_place_outside_is(database: str) -> None:
    """Imports carry no phone's clock; all other doubts quarantine as ever."""
    to = await a_programme()
    outside = line([stop(1), stop(2, location={"type": "Point", "coordinates": [-0.2, 51.6]})])
    tally = await imported(line(), outside, to=to)

    assert tally.quarantined == 1
    assert {code for (code,) in await rows("select code from walk_problem")} == {
        "stop-outside-area",
        "impossible-speed",
    }


async def test_again_changes_nothing(database: str) -> None:
    """The same file a second time finds everything there."""
    to, contents = await a_programme(), [line(), line()]
    await imported(*contents, to=to)
    before = await rows("select * from personal_score")
    again = await imported(*contents, to=to)

    assert (again.new, again.there, again.responses, again.responses_there) == (0, 2, 0, 8)
    assert await rows("select * from personal_score") == before


async def test_a_walk_that_is_there_takes_in_the_responses_that_were_missing(database: str) -> None:
    """The first file held the walk alone, the second what was said of it."""
    to, whole = await a_programme(), line()
    await imported({"walk": whole["walk"]}, to=to)
    tally = await imported(whole, to=to)

    assert (tally.new, tally.there, tally.responses) == (0, 1, 4)


async def test_another_walk_under_a_known_id_is_refused_and_keeps_no_other_out(database: str) -> None:
    """The first stands; the line is named with its reason."""
    to, first = await a_programme(), line()
    await imported(first, to=to)
    other = {**first, "walk": {**first["walk"], "group_size": 9}}
    tally = await imported(line(), other, line(), to=to)

    assert (tally.new, tally.refused) == (2, [(2, DIFFERS)])
    assert await fetch_value("select count(*) from walk where group_size = 9") == 0


async def test_a_stop_whose_id_is_taken_is_refused_alone(database: str) -> None:
    """Two walks share a stop's id: the first is kept, the second named, the third kept."""
    to, shared = await a_programme(), stop(1)
    tally = await imported(line([shared]), line([shared]), line(), to=to)

    assert (tally.new, tally.refused) == (2, [(2, ID_TAKEN)])


async def test_another_response_under_a_known_id_is_refused(database: str) -> None:
    """It stands as it was said first."""
    to, first = await a_programme(), line(women=1)
    await imported(first, to=to)
    first["responses"][0]["scores"] = {"feeling": 3}
    tally = await imported(first, to=to)

    assert tally.refused == [(1, OTHER_RESPONSE)]
    assert await fetch_value("select max(value) from personal_score where factor = 'feeling'") == 0


async def test_labels_are_kept_as_keyed_hashes_and_mean_one_woman_in_one_programme(database: str) -> None:
    """A label may be a name: it stands nowhere, and the same label elsewhere is somebody else."""
    first, second = await a_programme(), await a_programme(name="Another")
    await imported(line(women=1), line(women=1), to=first)
    await imported(line(women=1), to=second)
    labels = [label for (label,) in await rows("select label from auditor")]

    assert len(set(labels)) == 2
    assert not any("woman" in label for label in labels)
    assert await fetch_value("select count(*) from membership") == 2


async def test_flagged_notes_and_remarks_are_sealed(database: str) -> None:
    """As a phone's are: nothing of them is readable in the rows."""
    to, told = await a_programme(), line([stop(1, note="canary one", note_flagged=True, causes=["sexist", "glare"])])
    told["responses"][0] |= {"note": "canary two", "causes": ["followed"]}
    await imported(told, to=to)
    everything = repr(await rows("select * from stop")) + repr(await rows("select * from response"))

    assert "canary" not in everything
    assert "followed" not in everything
    assert "glare" in everything


async def test_a_file_and_phones_end_alike(phone: Phone) -> None:
    """The scores of a walk that a phone sent and those of the same walk from a file are the same, but for their ids."""
    content = line(women=0)
    sent = {**content["walk"], "programme_id": str(phone.programme.id), "client_sent_at": NOW.isoformat()}
    sent.pop("id")
    await receive_walk(UUID(content["walk"]["id"]), as_sent(sent), phone.sending())
    of_the_phone = await rows("select factor, value, answer from group_score")
    copy = json.loads(json.dumps(content).replace(content["walk"]["id"], str(uuid4())))
    for at in copy["walk"]["stops"]:
        at["id"] = str(uuid4())
    await imported(copy, to=phone.programme)

    assert sorted(await rows("select factor, value, answer from group_score"), key=repr) == sorted(
        of_the_phone * 2, key=repr
    )
    columns = "observed_at, cell_q, cell_r, sun_band, hub, causes, police, security"
    assert len(set(await rows(f"select sequence, {columns} from stop"))) == 2


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(4)), cut=st.integers(0, 4))
async def test_order_and_portions_do_not_matter(database: str, order: list[int], cut: int) -> None:
    """Four lines in any order, in one file or in two, count the same."""
    to = await a_programme(name="Any order")
    contents = [line(women=place) for place in range(4)]
    first = await imported(*(contents[place] for place in order[:cut]), to=to)
    first.add(await imported(*(contents[place] for place in order[cut:]), to=to))

    assert (first.new, first.stops, first.responses, first.refused) == (4, 8, 12, [])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"walk": {"leg": "dusk"}}, "Invalid enum value"),
        ({"walk": {"group_size": 0}}, "group_size: This number is from 1"),
        ({"responses": [{"id": str(uuid4())}]}, "missing required field"),
        ({"more": 1}, "unknown field"),
    ],
)
async def test_what_cannot_be_taken_is_told_by_line_and_field(database: str, change: dict[str, Any], why: str) -> None:
    """In the words of the checks that a phone's walk passes."""
    to, content = await a_programme(), line()
    for key, value in change.items():
        content[key] = {**content[key], **value} if isinstance(value, dict) else value

    with pytest.raises(LineRefused) as refused:
        read(content, to)
    assert why in str(refused.value)


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b"[]", b"[" * 100_000, b'{"walk": NaN}'])
def test_what_is_no_walk_is_a_sentence(text: bytes) -> None:
    """Never a fault of ours, whatever the line."""
    with pytest.raises(LineRefused, match="cannot be read"):
        read_line(1, text, programme_id=uuid4())


@pytest.mark.parametrize("what", ["another walk", "twice", "one id"])
def test_responses_belong_to_their_walk_once(what: str) -> None:
    """To a stop of the walk beside them, one a woman and stop, each under its own id."""
    content = line(women=1)
    first, second = content["responses"]
    if what == "another walk":
        first["walk_id"] = str(uuid4())
    elif what == "twice":
        second["stop_id"] = first["stop_id"]
    else:
        second["id"] = first["id"]

    with pytest.raises(LineRefused):
        read_line(1, json.dumps(content).encode(), programme_id=uuid4())
