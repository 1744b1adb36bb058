"""Editions: whole or not there, the same from the same data, and only what the audience may have."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from audits.errors import EditionNotAcceptable, NoSuchEdition, NoSuchProgramme, PhotoStoreFull
from audits.photo_store.folder import FolderPhotoStore
from audits.programmes import close_programme
from audits.queries import ProgrammeFacts
from audits.reports.compose import compose
from audits.reports.contents import Audience
from audits.reports.disclosure import NOT_WHOLE
from audits.reports.editions import NewEdition, Press, hand_out, make_edition
from audits.reports.evidence import Scope
from audits.reports.gathered import Order
from audits.reports.gathering import gather
from audits.reports.queries import EditionFacts, edition, files_of
from migrations.database import execute, fetch, open_database, transaction
from tests.audits.builders import ANALYST, LEAD, NOW, OTHER_LEAD, a_programme, an_auditor
from tests.audits.phones import SEAL
from tests.audits.reports.walked import GROUP, PERSONAL, Nights, walk_nights
from tests.conftest import CHOSEN, Templates, drop_postgresql

FILES = {"report.pdf", "report.html", "hotspots.geojson", "workbook.xlsx", "edition.gpkg", "edition.zip"}
PUBLIC_DAY = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> FolderPhotoStore:
    return FolderPhotoStore(tmp_path / "photos")


class FullStore(FolderPhotoStore):
    """A store whose disk is full."""

    async def put(self, content: bytes) -> str:
        raise PhotoStoreFull("There is no room left.")


async def make(
    store: FolderPhotoStore,
    *programmes: ProgrammeFacts,
    audience: Audience = "gla",
    now: datetime = NOW,
    **asked: object,
) -> EditionFacts:
    """An edition of those programmes, made by an analyst."""
    order = Order(title="Brixton, autumn 2026", audience=audience, **asked)  # type: ignore[arg-type]
    new = NewEdition(id=uuid4(), order=order, programme_ids=tuple(programme.id for programme in programmes))
    return await make_edition(new, Press(photo_store=store, seal=SEAL, public_delay_days=14), by=ANALYST, now=now)


async def content_of(store: FolderPhotoStore, made: EditionFacts) -> dict[str, bytes]:
    """The bytes of each of its files."""
    return {file.name: await store.get(file.sha256) for file in await files_of(made)}


async def test_the_same_walks_make_the_same_bytes_on_every_engine_in_any_order(
    templates: Templates, pytestconfig: pytest.Config, tmp_path: Path
) -> None:
    """Databases of both kinds, filled in different orders, give identical files and checksums."""
    made = []
    for arrival, engine in enumerate([*pytestconfig.stash[CHOSEN], "sqlite"]):
        (folder := tmp_path / str(arrival)).mkdir()
        async with open_database(url := await templates.copy(engine, folder)):
            await walk_nights(programme := await a_programme(), Nights(arrival=arrival, state="accepted"))
            kept = FolderPhotoStore(folder / "photos")
            facts = await make(kept, programme)
            made.append((facts.data_sha256, facts.as_of, await content_of(kept, facts)))
        if engine == "postgresql":
            await drop_postgresql(url)

    assert all(again == made[0] for again in made)
    assert made[0][2].keys() == {*FILES, "stops.csv"}


async def test_making_it_again_later_changes_nothing(database: str, store: FolderPhotoStore) -> None:
    """Neither the id, nor the moment, nor who asked is in any file."""
    await walk_nights(programme := await a_programme())
    first = await make(store, programme)
    second = await make(store, programme, now=datetime(2027, 3, 1, tzinfo=UTC))
    third = await make(store, programme, as_of=first.as_of)

    assert first.id != second.id and first.data_sha256 == second.data_sha256 == third.data_sha256
    assert await files_of(first) == await files_of(second) == await files_of(third)


async def test_walks_that_ended_after_as_of_are_left_out(database: str, store: FolderPhotoStore) -> None:
    """An edition as of the second night knows only two nights."""
    await walk_nights(programme := await a_programme())
    made = await make(store, programme, as_of=datetime(2026, 10, 5, 12, 0, tzinfo=UTC))
    rows = list(csv.DictReader(io.StringIO((await content_of(store, made))["stops.csv"].decode())))

    assert {row["night_of"] for row in rows} == {"2026-10-03", "2026-10-04"}


@pytest.mark.parametrize(
    "slice_",
    [
        {"from_on": date(2026, 10, 4)},
        {"to_on": date(2026, 10, 7)},
        {"as_of": datetime(2026, 10, 5, 12, 0, tzinfo=UTC)},
        {"from_on": date(2026, 10, 4), "to_on": date(2026, 10, 4)},
    ],
)
async def test_part_of_a_programme_says_nothing_of_what_women_said_alone(
    database: str, store: FolderPhotoStore, slice_: dict[str, Any]
) -> None:
    """So no two slices subtract to one woman; what groups agreed stays, and the file says what is not in it."""
    await walk_nights(programme := await a_programme())
    files = await content_of(store, await make(store, programme, **slice_))
    told = json.loads(files["hotspots.geojson"])
    factors = {feature["properties"]["factor"] for feature in told["features"]}

    assert factors == {factor for factor in GROUP if factor not in ("hub_waiting", "night_transport")}
    assert (set(told["left_out"]["factors"]), told["left_out"]["why"]) == (set(PERSONAL), NOT_WHOLE)


@pytest.mark.parametrize(
    "whole",
    [{}, {"from_on": date(2026, 10, 3), "to_on": date(2026, 10, 8)}, {"as_of": NOW}, {"to_on": date(2027, 1, 1)}],
)
async def test_a_period_that_leaves_nothing_out_leaves_nothing_unsaid(
    database: str, store: FolderPhotoStore, whole: dict[str, Any]
) -> None:
    """Every counted walk is in: what women said alone is there, and no sentence about it."""
    await walk_nights(programme := await a_programme())
    told = json.loads((await content_of(store, await make(store, programme, **whole)))["hotspots.geojson"])

    assert "left_out" not in told
    assert {feature["properties"]["factor"] for feature in told["features"]} >= set(PERSONAL)


async def test_a_public_edition_waits_for_the_last_review(database: str, store: FolderPhotoStore) -> None:
    """A walk that is received and not yet accepted will count later: until then nothing said alone is public."""
    await walk_nights(programme := await a_programme(), Nights(state="accepted"))
    async with transaction():
        await execute("update walk set state = 'received', reviewed_at = null where night_of = $1", date(2026, 10, 8))
    await close_programme(programme.id, by=LEAD, now=NOW)
    told = json.loads(
        (await content_of(store, await make(store, programme, audience="public", now=PUBLIC_DAY)))["hotspots.geojson"]
    )

    assert told["left_out"]["why"] == NOT_WHOLE
    assert not {feature["properties"]["factor"] for feature in told["features"]} & set(PERSONAL)


@pytest.mark.parametrize("audience", ["gla", "public"])
async def test_a_programme_of_one_woman_changes_nothing_beside_another(
    database: str, store: FolderPhotoStore, audience: Audience
) -> None:
    """[A] has nine women, [B] one in the same places: what women said alone is the same in [A] and in [A, B]."""
    many, one = await a_programme(name="Many"), await a_programme(name="One")
    await walk_nights(many, Nights(state="accepted", women=9))
    await walk_nights(one, Nights(state="accepted", women=1, after=10_000_000))
    for programme in (many, one):
        await close_programme(programme.id, by=LEAD, now=NOW)
    told = []
    for chosen in ([many], [many, one]):
        numbers = tuple(programme.number for programme in chosen)
        order = Order(title="Both", audience=audience)
        said = compose(await gather(order, chosen, Scope(programmes=numbers, states=("accepted",)), seal=SEAL))
        alone = [found for found in said.findings if found.factor in PERSONAL]
        told.append((alone, [found.counts for found in said.levels if found.personal], said.coverage.people))

    assert told[0] == told[1] and told[0][2] == "5-9"


async def test_the_uneasy_place_is_found_and_named(database: str, store: FolderPhotoStore) -> None:
    """Where all women would rather not be is a hotspot of `feeling`, and only there."""
    await walk_nights(programme := await a_programme())
    made = await make(store, programme)
    collection = json.loads((await content_of(store, made))["hotspots.geojson"])
    hot = [f["properties"] for f in collection["features"] if f["properties"]["class"] == "hotspot"]

    assert {found["factor"] for found in hot} == {"feeling", "sensory", "treatment", "belonging"}
    assert all(found["n_people"] == "10-19" and found["estimate"] < -1.5 for found in hot)


async def test_only_counted_states_count(database: str, store: FolderPhotoStore) -> None:
    """Quarantined walks are in no file."""
    await walk_nights(programme := await a_programme(), Nights(state="quarantined"))
    made = await make(store, programme)

    assert (await content_of(store, made))["stops.csv"].count(b"\r\n") == 1


async def test_a_public_edition_has_no_stops_and_small_places(database: str, store: FolderPhotoStore) -> None:
    """The public gets fixed cells of 150 m in bands, of accepted walks, and no stops.csv."""
    await walk_nights(programme := await a_programme(), Nights(state="accepted"))
    await close_programme(programme.id, by=LEAD, now=NOW)
    files = await content_of(store, await make(store, programme, audience="public", now=PUBLIC_DAY))
    features = json.loads(files["hotspots.geojson"])["features"]

    assert files.keys() == FILES
    assert features and {feature["id"].split(":")[0] for feature in features} == {"h150"}
    assert {feature["properties"]["n_people"] for feature in features} <= {None, "5-9", "10-19"}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"from_on": date(2026, 10, 2)}, "from"),
        ({"to_on": date(2026, 10, 30)}, "to"),
        ({"to_on": date(2026, 11, 30)}, "to"),
        ({"from_on": date(2026, 11, 1), "to_on": date(2026, 10, 31)}, "to"),
    ],
)
async def test_public_periods_are_whole_months_and_old_enough(
    database: str, store: FolderPhotoStore, asked: dict[str, date], field: str
) -> None:
    """What could be subtracted to leave one night, or is younger than two weeks, is refused with its field."""
    programme = await a_programme()
    await close_programme(programme.id, by=LEAD, now=NOW)
    with pytest.raises(EditionNotAcceptable) as refused:
        await make(store, programme, audience="public", now=PUBLIC_DAY, **asked)

    assert [error.field for error in refused.value.errors] == [field]


async def test_a_public_edition_needs_closed_programmes(database: str, store: FolderPhotoStore) -> None:
    """An open programme may still grow, so its public figures could be subtracted from each other."""
    with pytest.raises(EditionNotAcceptable, match="closed"):
        await make(store, await a_programme(), audience="public")

    assert await fetch("select id from edition") == []


async def test_a_young_month_is_left_out_of_what_is_public(database: str, store: FolderPhotoStore) -> None:
    """On the thirteenth of November October is not two weeks over: nothing of it counts."""
    await walk_nights(programme := await a_programme(), Nights(state="accepted"))
    await close_programme(programme.id, by=LEAD, now=NOW)
    made = await make(store, programme, audience="public", now=datetime(2026, 11, 13, tzinfo=UTC))

    assert json.loads((await content_of(store, made))["hotspots.geojson"])["features"] == []


async def test_an_edition_of_nobody_is_a_page_that_says_so(database: str, store: FolderPhotoStore) -> None:
    """A programme that nobody walked for makes an edition, not an error."""
    made = await make(store, await a_programme())

    assert made.state == "ready"
    assert (await content_of(store, made))["report.pdf"].startswith(b"%PDF-1.7")


async def test_a_failure_leaves_no_half_edition(database: str, tmp_path: Path) -> None:
    """When the files cannot be kept, the edition is marked as failed with the reason and names no file."""
    programme = await a_programme()
    with pytest.raises(PhotoStoreFull):
        await make(FullStore(tmp_path / "photos"), programme)

    (row,) = await fetch("select state, failure, data_sha256 from edition")
    assert (row["state"], row["failure"], row["data_sha256"]) == ("failed", "There is no room left.", None)
    assert await fetch("select name from edition_file") == []


async def test_what_a_killed_process_left_is_given_up(database: str, store: FolderPhotoStore) -> None:
    """An edition that is still being made after an hour failed, and says so once another is begun."""
    made = await make(store, programme := await a_programme())
    async with transaction():
        await execute("update edition set state = 'making'")
    await make(store, programme, now=datetime(2026, 10, 26, tzinfo=UTC))

    assert (await edition(made.id, caller=ANALYST)).state == "failed"


async def test_an_edition_never_changes(database: str, store: FolderPhotoStore) -> None:
    """Walks that are rejected afterwards stay in it, byte for byte."""
    await walk_nights(programme := await a_programme())
    made = await make(store, programme)
    before = await content_of(store, made)
    async with transaction():
        await execute("update walk set state = 'rejected', reviewed_at = received_at")

    assert await content_of(store, await edition(made.id, caller=ANALYST)) == before
    assert (await make(store, programme)).data_sha256 != made.data_sha256


async def test_leads_see_editions_of_their_own_programmes_only(database: str, store: FolderPhotoStore) -> None:
    """An edition that holds one programme of another lead is not there for her; the public sees none for the GLA."""
    mine, theirs = await a_programme(name="Mine"), await a_programme(name="Theirs", by=OTHER_LEAD)
    alone, both = await make(store, mine), await make(store, mine, theirs)

    assert (await edition(alone.id, caller=LEAD)).id == alone.id
    for facts, caller in ((both, LEAD), (alone, OTHER_LEAD), (alone, await an_auditor(mine))):
        with pytest.raises(NoSuchEdition):
            await edition(facts.id, caller=caller)


async def test_a_lead_makes_editions_of_her_own_programmes_only(database: str, store: FolderPhotoStore) -> None:
    """Another lead's programme is not there for her, and nothing is written."""
    theirs = await a_programme(by=OTHER_LEAD)
    order = Order(title="Not mine", audience="gla")
    new = NewEdition(id=uuid4(), order=order, programme_ids=(theirs.id,))
    with pytest.raises(NoSuchProgramme):
        await make_edition(new, Press(photo_store=store, seal=SEAL, public_delay_days=14), by=LEAD, now=NOW)

    assert await fetch("select id from edition") == []


async def test_reading_what_is_not_public_leaves_a_trace(database: str, store: FolderPhotoStore) -> None:
    """Who read stops.csv is in the trail; the file itself is not."""
    made = await make(store, await a_programme())
    await hand_out(made.id, "stops.csv", caller=replace(ANALYST, id="ana"), now=NOW)
    trail = await fetch("select actor, subject_id, detail from audit_event where action = 'edition read'")

    assert [(row["actor"], UUID(row["subject_id"]), row["detail"]) for row in trail] == [
        ("ana", made.id, '{"file":"stops.csv"}')
    ]


@pytest.mark.parametrize("title", ["", "   ", "x" * 201])
async def test_a_title_is_needed(database: str, store: FolderPhotoStore, title: str) -> None:
    """One to two hundred characters, and not only spaces."""
    programme = await a_programme()
    new = NewEdition(id=uuid4(), order=Order(title=title, audience="gla"), programme_ids=(programme.id,))
    with pytest.raises(EditionNotAcceptable, match="title"):
        await make_edition(new, Press(photo_store=store, seal=SEAL, public_delay_days=14), by=ANALYST, now=NOW)


async def test_a_public_edition_is_as_of_the_end_of_a_month(database: str, store: FolderPhotoStore) -> None:
    """Any other moment could be subtracted from another; its own moment, asked for again, gives the same bytes."""
    await walk_nights(programme := await a_programme(), Nights(state="accepted"))
    async with transaction():
        await execute(
            "update walk set night_of = $1 where night_of = (select max(night_of) from walk)", date(2026, 10, 31)
        )
        await execute(
            "update walk set started_at = $1, ended_at = $2 where night_of = $3",
            datetime(2026, 10, 31, 23, 0, tzinfo=UTC),
            datetime(2026, 11, 1, 0, 30, tzinfo=UTC),
            date(2026, 10, 31),
        )
    await close_programme(programme.id, by=LEAD, now=NOW)
    first = await make(store, programme, audience="public", now=PUBLIC_DAY)
    again = await make(store, programme, audience="public", now=PUBLIC_DAY, as_of=first.as_of)
    for moment in (datetime(2026, 10, 5, 12, 34, 56, tzinfo=UTC), datetime(2026, 10, 31, tzinfo=UTC)):
        with pytest.raises(EditionNotAcceptable, match="whole months"):
            await make(store, programme, audience="public", now=PUBLIC_DAY, as_of=moment)

    assert first.as_of == datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
    assert first.data_sha256 == again.data_sha256
