"""What is said alone is kept once, counted when its walk is there, and read by nobody."""

import asyncio
import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audits.errors import NoSuchResponse, ResponseAlreadyGiven, ResponseDiffers, ResponseNotAcceptable
from audits.responses import Response, check_response, content_of_response, drop_unclaimed_responses, response_receipt
from migrations.database import fetch, fetch_one, fetch_value
from tests.audits.builders import NOW, a_programme, an_auditor
from tests.audits.phones import SEAL, Phone, a_response, a_stop

WALK, STOP = uuid4(), str(uuid4())
SCORES = {"belonging": 3, "feeling": 1, "sensory": 2, "treatment": 3}


class Said:
    """A walk of one stop, and what one auditor says there."""

    def __init__(self, phone: Phone, **more: Any) -> None:
        stop = a_stop()
        self.walk_id, self.response_id, self.body = uuid4(), uuid4(), phone.body([stop])
        self.response = a_response(self.walk_id, stop["id"], **more)


async def counted() -> dict[str, int]:
    """The personal scores that count, by factor."""
    return {row["factor"]: row["value"] for row in await fetch("select factor, value from personal_score")}


def sealed_in(row: dict[str, Any]) -> Any:
    """What is sealed in a response's row."""
    return json.loads(SEAL.open(row["sealed"], table="response", column="sealed", row=str(row["id"])))


async def test_a_response_is_counted_with_its_walk(phone: Phone) -> None:
    """Its scores and effects count; a second time changes nothing."""
    said = Said(phone, presence_effect={"security": "less_safe"}, causes=["glare"])
    await phone.put_walk(said.walk_id, said.body)
    first = await phone.put_response(said.response, said.response_id)
    again = await phone.put_response(said.response, said.response_id)
    row = await fetch_one("select * from response")

    assert (first[0].state, first[1], again) == ("received", True, (first[0], False))
    assert row is not None and (row["presence_effect"], row["causes"]) == ('{"security":"less_safe"}', '["glare"]')
    assert row["sealed"] is None and await counted() == SCORES


async def test_a_response_may_come_before_its_walk(phone: Phone, peer: Phone) -> None:
    """It is held for 30 days, sealed whole, and counted when the walk comes."""
    said = Said(phone, note="mine", causes=["glare"])
    held, _ = await peer.put_response(said.response, said.response_id)
    before = await fetch_one("select * from response")
    await phone.put_walk(said.walk_id, said.body)

    assert (held.state, held.held_until) == ("held", NOW + timedelta(days=30))
    assert before is not None and (before["causes"], before["programme"]) == ("[]", None)
    assert sealed_in(before)["note"] == "mine" and sealed_in(before)["scores"] == SCORES
    assert await counted() == SCORES
    assert (await response_receipt(said.response_id, by=peer.by)).state == "received"


async def test_notes_and_chips_about_people_stay_sealed(phone: Phone) -> None:
    """Open chips may be counted; a note is read by no role."""
    said = Said(phone, note="He followed me", note_flagged=True, causes=["glare", "followed", "odd"])
    await phone.put_walk(said.walk_id, said.body)
    await phone.put_response(said.response, said.response_id)
    row = await fetch_one("select * from response")

    assert row is not None and row["causes"] == '["glare"]'
    assert sealed_in(row) == {"note": "He followed me", "note_flagged": True, "causes": ["followed", "odd"]}


async def test_what_cannot_be_counted_is_kept_sealed(phone: Phone) -> None:
    """Unknown factors, group factors, scores off the scale; an answer of its own is no score."""
    scores = {"sensory": 9, "lighting": 2, "mood": 1, "treatment": "cannot_tell"}
    said = Said(phone, scores=scores)
    await phone.put_walk(said.walk_id, said.body)
    await phone.put_response(said.response, said.response_id)
    row = await fetch_one("select * from response")

    assert row is not None and sealed_in(row) == {"kept": {"sensory": 9, "lighting": 2, "mood": 1}}
    assert await fetch("select factor, value, answer from personal_score") == [
        {"factor": "treatment", "value": None, "answer": "cannot_tell"}
    ]


async def test_under_an_unknown_instrument_nothing_is_counted(phone: Phone) -> None:
    """Its words may mean something else."""
    said = Said(phone)
    await phone.put_walk(said.walk_id, {**said.body, "instrument_version": 9})
    await phone.put_response(said.response, said.response_id)

    assert await counted() == {}


async def test_one_response_per_auditor_and_stop(phone: Phone, peer: Phone) -> None:
    """Another under the same id, or under a second id, is a conflict; another auditor speaks for herself."""
    said = Said(phone)
    await phone.put_walk(said.walk_id, said.body)
    await phone.put_response(said.response, said.response_id)
    other = msgspec.structs.replace(said.response, scores={"feeling": 0})

    with pytest.raises(ResponseDiffers):
        await phone.put_response(other, said.response_id)
    with pytest.raises(ResponseAlreadyGiven):
        await phone.put_response(other)
    assert (await peer.put_response(other))[1]


async def test_another_s_response_is_not_there(phone: Phone, peer: Phone) -> None:
    """To put or to read, with the same words too."""
    said = Said(phone)
    await phone.put_response(said.response, said.response_id)

    with pytest.raises(NoSuchResponse):
        await peer.put_response(said.response, said.response_id)
    with pytest.raises(NoSuchResponse):
        await response_receipt(said.response_id, by=peer.by)


async def test_a_stop_that_the_walk_does_not_have_is_refused(phone: Phone) -> None:
    """Once the walk is there; before, nobody can know."""
    said = Said(phone)
    elsewhere = msgspec.structs.replace(said.response, stop_id=uuid4())
    await phone.put_walk(said.walk_id, said.body)

    with pytest.raises(ResponseNotAcceptable) as refusal:
        await phone.put_response(elsewhere)
    assert [error.field for error in refusal.value.errors] == ["stop_id"]
    assert await fetch_value("select count(*) from response") == 0


async def test_a_stop_that_the_walk_turns_out_not_to_have_is_refused(phone: Phone, peer: Phone) -> None:
    """As if it had come after the walk: its receipt says why, it never counts, and sent again it is a refusal."""
    said = Said(phone)
    elsewhere = msgspec.structs.replace(said.response, stop_id=uuid4())
    held, _ = await peer.put_response(elsewhere, said.response_id)
    await phone.put_walk(said.walk_id, said.body)
    await phone.complete(said.walk_id)
    told = await response_receipt(said.response_id, by=peer.by)

    assert (held.state, told.state, told.held_until) == ("held", "refused", None)
    assert told.reason == "This stop is not in that walk. Check both ids." and await counted() == {}
    with pytest.raises(ResponseNotAcceptable):
        await peer.put_response(elsewhere, said.response_id)
    assert await response_receipt(said.response_id, by=peer.by) == told


@pytest.mark.parametrize("same_id", [True, False])
async def test_a_refused_response_makes_way_for_a_better_one(phone: Phone, same_id: bool) -> None:
    """Under its own id, or at the same stop under another."""
    said, wrong = Said(phone), Said(phone)
    mistaken = msgspec.structs.replace(said.response, walk_id=wrong.walk_id)
    await phone.put_response(mistaken, said.response_id)
    for walked in (said, wrong):
        await phone.put_walk(walked.walk_id, walked.body)
    told, first = await phone.put_response(said.response, said.response_id if same_id else uuid4())

    assert (told.state, told.reason, first) == ("received", None, True)
    assert await counted() == SCORES and await fetch_value("select count(*) from response") == 1


async def test_nobody_learns_which_walks_there_are(phone: Phone) -> None:
    """A stranger's response to a walk that is there is held like one to a walk that is not."""
    stranger = Phone(await an_auditor(await a_programme()), phone.programme, phone.darkroom, phone.store)
    said = Said(phone)
    await phone.put_walk(said.walk_id, said.body)
    there, _ = await stranger.put_response(said.response)
    nowhere, _ = await stranger.put_response(a_response(uuid4(), str(uuid4())))

    assert there.state == nowhere.state == "held"
    assert await counted() == {}


async def test_what_no_walk_claims_is_let_go(phone: Phone, peer: Phone) -> None:
    """After its 30 days; what was counted stays."""
    said = Said(phone)
    await phone.put_walk(said.walk_id, said.body)
    for response in (said.response, a_response(uuid4(), str(uuid4()))):
        await peer.put_response(response)

    assert await drop_unclaimed_responses(now=NOW + timedelta(days=30)) == 0
    assert await drop_unclaimed_responses(now=NOW + timedelta(days=31)) == 1
    assert await counted() == SCORES


async def test_identical_responses_that_race_are_one(phone: Phone) -> None:
    """Sixteen successes, one first time."""
    said = Said(phone)
    await phone.put_walk(said.walk_id, said.body)
    answers = await asyncio.gather(*(phone.put_response(said.response, said.response_id) for _ in range(16)))

    assert [first for _, first in answers].count(True) == 1
    assert {told for told, _ in answers} == {answers[0][0]}
    assert await counted() == SCORES


@settings(max_examples=15)
@given(turns=st.lists(st.integers(0, 30), min_size=6, max_size=6))
async def test_a_response_that_races_its_walk_is_counted(phone: Phone, peer: Phone, turns: list[int]) -> None:
    """Whichever of the two is here first; at the latest when the walk is complete."""
    said, whose = Said(phone), [await an_auditor(phone.programme) for _ in turns]

    async def later(wait: int, auditor: Any) -> UUID:
        for _ in range(wait):
            await asyncio.sleep(0)
        sender = Phone(auditor, phone.programme, phone.darkroom, phone.store)
        return (await sender.put_response(said.response))[0].response_id

    ids, _ = await asyncio.gather(
        asyncio.gather(*(later(wait, auditor) for wait, auditor in zip(turns, whose, strict=True))),
        phone.put_walk(said.walk_id, said.body),
    )
    await phone.complete(said.walk_id)
    states = {(await response_receipt(id_, by=by)).state for id_, by in zip(ids, whose, strict=True)}

    assert states == {"received"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"note": "x" * 2001}, "note"),
        ({"causes": ["x"] * 41}, "causes"),
        ({"scores": {"feeling": 10**309}}, "scores.feeling"),
        ({"scores": {f"f{n}": 1 for n in range(61)}}, "scores"),
    ],
)
def test_what_is_out_of_proportion_is_refused_by_name(change: dict[str, Any], field: str) -> None:
    """As in a walk."""
    with pytest.raises(ResponseNotAcceptable) as refusal:
        check_response(a_response(WALK, STOP, **change))

    assert [error.field for error in refusal.value.errors] == [field]


@pytest.mark.parametrize("change", [{"presence_effect": {"wolves": "safer"}}, {"presence_effect": {"police": "ok"}}])
def test_only_known_presences_have_effects(change: dict[str, Any]) -> None:
    """And only three of them."""
    with pytest.raises(msgspec.ValidationError):
        a_response(WALK, STOP, **change)


@given(st.dictionaries(st.text(max_size=5), st.integers(-5, 5)), st.none() | st.text(max_size=9))
def test_content_is_the_same_however_it_is_spelled(scores: dict[str, Any], note: str | None) -> None:
    """Order, floats, empty lists and nulls do not matter; a word does."""
    said = a_response(WALK, STOP, scores=scores, note=note, causes=[])
    spelled = dict(reversed([(key, float(score)) for key, score in scores.items()]))
    again = a_response(WALK, STOP, scores=spelled, note=note, presence_effect={"police": None})

    assert content_of_response(said) == content_of_response(again)
    assert content_of_response(said) != content_of_response(a_response(WALK, STOP, scores=scores, note=f"{note}!"))
    assert msgspec.json.decode(content_of_response(said), type=Response).scores == scores
