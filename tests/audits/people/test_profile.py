"""Who walked: people are counted once, by what they told, on walks that count; and nobody's number leaves."""

from dataclasses import fields
from uuid import UUID, uuid4

from audits.people.equality import tell
from audits.people.erasure import erase
from audits.people.profile import Group, Profile
from audits.people.queries import profile
from audits.people.questions import CURRENT, Question, Told, question_set
from audits.queries import Caller
from audits.responses import receive_response
from migrations.database import execute, fetch, transaction
from tests.audits.builders import a_programme, an_auditor
from tests.audits.people.test_equality import telling
from tests.audits.people.test_erasure import FORGETTING
from tests.audits.phones import SEAL, Phone, a_response, a_stop


def question(key: str) -> Question:
    """That question of the present set."""
    found = question_set(CURRENT).question(key)
    assert found is not None
    return found


def group(found: Profile, key: str, answer: str) -> Group:
    """Those who gave that answer."""
    return next(group for group in found.groups(question(key)) if group.answer == answer)


async def a_walk_of(phone: Phone, *said: tuple[Caller, int], stops: int = 2) -> UUID:
    """A complete walk at each of whose stops those women say how they feel."""
    walk_id, body = uuid4(), phone.body([a_stop(number) for number in range(1, stops + 1)])
    await phone.put_walk(walk_id, body)
    await phone.complete(walk_id)
    for by, feeling in said:
        for stop in body["stops"]:
            response = a_response(walk_id, stop["id"], scores={"feeling": feeling, "sensory": 2})
            await receive_response(uuid4(), response, phone.sending(by=by))
    return walk_id


async def test_people_are_counted_once_with_what_they_scored(phone: Phone, peer: Phone) -> None:
    """However many walks and stops; who told nothing is one of the people and in no group."""
    answers = {"age": "25_34", "neurodivergence": ("adhd", "other")}
    await tell(Told(question_set=CURRENT, answers=answers), telling(phone.by))
    for _ in range(2):
        await a_walk_of(phone, (phone.by, 1), (peer.by, 3))
    found = await profile([phone.programme.number], seal=SEAL)
    young = group(found, "age", "25_34")

    assert len(found) == 2 and found.answered(question("age")) == 1 and found.answered(question("sex")) == 0
    assert (young.people, young.spoke, young.scores, young.total) == (1, 1, 4, 4)
    assert [group(found, "neurodivergence", answer).people for answer in ("autism", "adhd", "other")] == [0, 1, 1]
    assert int(found.value.sum()) == 4 * 1 + 4 * 3
    assert set(found.stop.tolist()) == {row["number"] for row in await fetch("select number from stop")}


async def test_only_walks_that_count_and_only_these_programmes(phone: Phone) -> None:
    """A walk waiting in quarantine says nothing; a woman of two programmes is one of the people, in both."""
    other = Phone(phone.by, await a_programme(), phone.darkroom, phone.store)
    both = await an_auditor(phone.programme, other.programme)
    await tell(Told(question_set=CURRENT, answers={"sex": "female"}), telling(both))
    await a_walk_of(phone, (both, 0))
    elsewhere = await a_walk_of(Phone(both, other.programme, phone.darkroom, phone.store), (both, 2))
    programmes = [phone.programme.number, other.programme.number]
    before = group(await profile(programmes, seal=SEAL), "sex", "female")
    async with transaction():
        await execute("update walk set state = 'quarantined' where id = $1", elsewhere)
    after = group(await profile(programmes, seal=SEAL), "sex", "female")

    assert (before.people, before.by_programme.tolist(), before.total) == (1, [1, 1], 4)
    assert (after.people, after.by_programme.tolist(), after.total) == (1, [1, 0], 0)
    assert len(await profile([], seal=SEAL)) == 0


async def test_who_was_erased_scores_in_no_group(phone: Phone, peer: Phone) -> None:
    """Her scores stay among the people's; what she told is gone."""
    await tell(Told(question_set=CURRENT, answers={"sex": "female"}), telling(phone.by))
    await a_walk_of(phone, (phone.by, 1), (peer.by, 3))
    await erase(UUID(phone.by.id), FORGETTING)
    found = await profile([phone.programme.number], seal=SEAL)

    assert len(found) == 2 and len(found.value) == 4
    assert group(found, "sex", "female").people == 0


async def test_a_profile_names_nobody(phone: Phone) -> None:
    """Its people are numbered from nought; it holds no id and no key."""
    await a_walk_of(phone, (phone.by, 1))
    found = await profile([phone.programme.number], seal=SEAL)

    assert set(found.person.tolist()) == {0}
    assert {field.name for field in fields(found)} == {"questions", "programmes", "gave", "person", "stop", "value"}
