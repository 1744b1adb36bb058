"""A flagged note is read by named reviewers alone, each reading is in the trail first, and nothing is deleted."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from audits.actions.keeping import Acting
from audits.people.erasure import Forgetting, erase
from audits.queries import Caller
from audits.reviewing.disclosing import NoteDecision
from audits.reviewing.errors import (
    CannotNameOneself,
    NoSuchNote,
    NotANamedReader,
    NoteDecisionNotAcceptable,
)
from audits.reviewing.flagged import decide_flagged, flag_note, read_note
from audits.reviewing.readers import name_reader, withdraw_reader
from audits.reviewing.restricted import flagged_file, flagged_notes, readers_history
from migrations.database import NaiveTime, fetch, fetch_one, fetch_value
from tests.audits.builders import ADMINISTRATOR, LEAD, NOW, OTHER_LEAD
from tests.audits.phones import SEAL, Phone
from tests.audits.phones import a_stop as sent_stop

CANARY = "Two men followed her to the bridge"
LEADING, ADMINISTERING = Acting(by=LEAD, now=NOW), Acting(by=ADMINISTRATOR, now=NOW)
REFERRED = NoteDecision(decision="safeguarding", about="Told the borough's lead for safeguarding on 26 October.")


async def flagged(phone: Phone, *, flag: bool = True) -> UUID:
    """A stop with that note, of a walk that a phone sent."""
    stop = sent_stop(note=CANARY, note_flagged=flag)
    walk_id = uuid4()
    await phone.put_walk(walk_id, phone.body([stop]))
    await phone.complete(walk_id)
    return UUID(stop["id"])


async def named(phone: Phone, reader: Caller = LEAD) -> None:
    """That reviewer may read the programme's flagged notes."""
    await name_reader(phone.programme.id, reader.id, acting=ADMINISTERING)


async def row_of(stop: UUID) -> dict[str, object]:
    """What everybody at the desk reads of its note."""
    found = await fetch_one("select note, note_flagged, note_review from stop where id = $1", stop)
    assert found is not None
    return found


async def test_a_named_reader_reads_and_the_trail_says_so(phone: Phone) -> None:
    """Who, when and what for; each reading is one more line, and the note is in none of them."""
    stop = await flagged(phone)
    await named(phone)
    for _ in range(2):
        assert (await read_note(stop, "deciding", acting=LEADING, seal=SEAL)).text == CANARY
    handled = (await flagged_file(stop, caller=ADMINISTRATOR)).handled

    assert [(one.by, one.action, one.purpose) for one in handled] == [("lead", "flagged note read", "deciding")] * 2
    assert CANARY not in repr(await fetch("select * from audit_event"))


async def test_nobody_else_reads_it(phone: Phone) -> None:
    """Neither an administrator, nor who was withdrawn, nor a lead of elsewhere, even where she is named."""
    stop = await flagged(phone)
    for reader in (LEAD, OTHER_LEAD):
        await named(phone, reader)
    await withdraw_reader(phone.programme.id, LEAD.id, acting=ADMINISTERING)

    for by, refusal in ((ADMINISTRATOR, NotANamedReader), (LEAD, NotANamedReader), (OTHER_LEAD, NoSuchNote)):
        with pytest.raises(refusal):
            await read_note(stop, "helping", acting=Acting(by=by, now=NOW), seal=SEAL)
        with pytest.raises(refusal):
            await decide_flagged(stop, REFERRED, acting=Acting(by=by, now=NOW), seal=SEAL)
    assert await fetch_value("select count(*) from audit_event where action = 'flagged note read'") == 0
    assert await fetch_value("select count(*) from note_decision") == 0


async def test_readers_are_named_by_others_and_the_history_is_kept(phone: Phone) -> None:
    """Naming twice is one naming; withdrawing leaves both in the trail."""
    with pytest.raises(CannotNameOneself):
        await named(phone, ADMINISTRATOR)
    for _ in range(2):
        await named(phone)
    await withdraw_reader(phone.programme.id, LEAD.id, acting=ADMINISTERING)
    history = await readers_history(phone.programme.id)

    assert [(one["action"], one["by"], one["reader"]) for one in history] == [
        ("reader withdrawn", "administrator", "lead"),
        ("reader named", "administrator", "lead"),
    ]


async def test_a_decision_opens_no_more_than_it_says(phone: Phone) -> None:
    """Referred: nothing is open; redacted: the version is; the original is read after every one of them."""
    stop = await flagged(phone)
    await named(phone)
    await decide_flagged(stop, REFERRED, acting=LEADING, seal=SEAL)
    referred = await row_of(stop)
    version = NoteDecision(decision="redacted", redacted="The bridge is unlit.")
    await decide_flagged(stop, version, acting=LEADING, seal=SEAL)
    redacted = await row_of(stop)
    read = await read_note(stop, "checking", acting=LEADING, seal=SEAL)
    await decide_flagged(stop, NoteDecision(decision="restricted"), acting=LEADING, seal=SEAL)

    assert referred == {"note": None, "note_flagged": True, "note_review": None}
    assert redacted == {"note": "The bridge is unlit.", "note_flagged": False, "note_review": None}
    assert (read.text, [one.about for one in read.decisions]) == (CANARY, [REFERRED.about, ""])
    assert await row_of(stop) == referred
    assert "borough" not in repr(await fetch("select * from note_decision"))
    assert [one.decision for one in await flagged_notes(caller=LEAD)] == ["restricted"]


async def test_a_note_flagged_by_mistake_becomes_an_ordinary_one(phone: Phone) -> None:
    """With the reason, and to be reviewed as any other before it is quoted."""
    stop = await flagged(phone)
    await named(phone)
    await decide_flagged(
        stop, NoteDecision(decision="returned", about="It is about a lamp."), acting=LEADING, seal=SEAL
    )

    assert await row_of(stop) == {"note": CANARY, "note_flagged": False, "note_review": None}


@pytest.mark.parametrize(
    ("decision", "field"),
    [
        (NoteDecision(decision="safeguarding", about=" "), "about"),
        (NoteDecision(decision="returned"), "about"),
        (NoteDecision(decision="redacted", redacted=" "), "redacted"),
        (NoteDecision(decision="redacted", redacted="x" * 2001), "redacted"),
        (NoteDecision(decision="restricted", about="x" * 2001), "about"),
    ],
)
async def test_a_decision_says_what_it_owes(phone: Phone, decision: NoteDecision, field: str) -> None:
    """Whom she told, why it was a mistake, or the version that is to be open."""
    stop = await flagged(phone)
    await named(phone)
    with pytest.raises(NoteDecisionNotAcceptable) as refused:
        await decide_flagged(stop, decision, acting=LEADING, seal=SEAL)

    assert [error.field for error in refused.value.errors] == [field]


async def test_a_reviewer_holds_an_open_note_apart(phone: Phone) -> None:
    """Its chips stay sealed beside it, and she herself cannot read it afterwards."""
    stop = await flagged(phone, flag=False)
    await flag_note(stop, acting=LEADING, seal=SEAL)
    with pytest.raises(NotANamedReader):
        await read_note(stop, "deciding", acting=LEADING, seal=SEAL)
    with pytest.raises(NoSuchNote):
        await flag_note(stop, acting=LEADING, seal=SEAL)
    await named(phone)

    assert await row_of(stop) == {"note": None, "note_flagged": True, "note_review": None}
    assert (await read_note(stop, "deciding", acting=LEADING, seal=SEAL)).text == CANARY


async def test_an_open_note_has_no_flagged_file(phone: Phone) -> None:
    """Nor has a stop that never was."""
    stop = await flagged(phone, flag=False)
    await named(phone)

    for stop_id in (stop, uuid4()):
        with pytest.raises(NoSuchNote):
            await flagged_file(stop_id, caller=LEAD)
    assert await flagged_notes(caller=LEAD) == []


async def test_erasing_her_erases_what_was_written_about_her_note(phone: Phone) -> None:
    """The decision and its day stay, without words; there is nothing left to read."""
    stop = await flagged(phone)
    await named(phone)
    await decide_flagged(stop, REFERRED, acting=LEADING, seal=SEAL)
    await erase(UUID(phone.by.id), Forgetting(now=NOW, seal=SEAL, new_id=uuid4))

    assert await fetch("select decision, sealed from note_decision") == [{"decision": "safeguarding", "sealed": None}]
    with pytest.raises(NoSuchNote):
        await read_note(stop, "helping", acting=LEADING, seal=SEAL)


async def test_a_reading_that_cannot_be_written_down_shows_nothing(phone: Phone) -> None:
    """The trail comes first: where its row is refused, so is the note."""
    stop = await flagged(phone)
    await named(phone)
    timeless = replace(LEADING, now=NOW.replace(tzinfo=None))

    with pytest.raises(NaiveTime):
        await read_note(stop, "deciding", acting=timeless, seal=SEAL)
    assert await fetch_value("select count(*) from audit_event where action = 'flagged note read'") == 0
