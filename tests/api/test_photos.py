"""Handing in a photo's bytes over HTTP, and looking at its pictures."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from api.resources.photos import digest_stated
from audits.errors import DigestMissing
from audits.photos import kind_of
from migrations.database import fetch_value
from tests.api.field import Field
from tests.audits.phones import a_jpeg
from tests.audits.pictures import corners, encoded, exif, files, seen
from tests.journeys.walks import Picture, picture

MAX_BYTES = 15_000_000


async def announced(field: Field, photo: Picture) -> str:
    """The id of a walk that announces this photo."""
    walk_id = str(uuid4())
    assert (await field.put_walk(field.body(photo), walk_id)).status_code == 201
    return walk_id


async def test_a_photo_is_taken_once(field: Field) -> None:
    """201, 200 for the same bytes, 409 for others."""
    photo = picture(a_jpeg())
    await announced(field, photo)
    answers = [await field.put_photo(photo), await field.put_photo(photo)]
    other = await field.put_photo(Picture(photo.id, a_jpeg(9)))

    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json()["state"] == "stored" and answers[0].json() == answers[1].json()
    assert (other.status_code, other.json()["type"]) == (409, "/problems/photo-differs")


async def test_a_photo_before_its_walk_is_held(field: Field) -> None:
    """The answer says until when."""
    held = await field.put_photo(picture(a_jpeg()))

    assert (held.status_code, held.json()["state"]) == (201, "held")
    assert held.json()["held_until"] == "2026-11-24T09:00:00Z"


@pytest.mark.parametrize("digest", ["", "sha-256=:abc:", "md5=:AAAA:", "sha-512=:" + "A" * 86 + "==:"])
async def test_without_a_digest_nothing_is_taken(field: Field, digest: str) -> None:
    """400: damage on the way would stay unseen."""
    answer = await field.put_photo(picture(a_jpeg()), **{"Content-Digest": digest})

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/digest-missing")


def test_the_digest_is_found_among_others() -> None:
    """RFC 9530: a dictionary, in any order."""
    digest = hashlib.sha256(b"x").digest()
    stated = f"sha-256=:{base64.b64encode(digest).decode()}:"

    for header in (stated, f"sha-512=:AAAA:, {stated}", f"{stated}, md5=:AAAA:"):
        assert digest_stated(header) == digest.hex()
    with pytest.raises(DigestMissing):
        digest_stated(stated.replace("sha-256", "x-sha-256"))


async def test_damage_on_the_way_is_told(field: Field) -> None:
    """422, and the photo stays missing: its own bytes may come again."""
    photo = picture(a_jpeg())
    walk_id = await announced(field, photo)
    damaged = await field.put_photo(
        picture(a_jpeg()[:-1] + b"x"), **{"Content-Digest": photo.headers["Content-Digest"]}
    )
    answer = await field.put(f"photos/{photo.id}", content=photo.content[:-9], headers=photo.headers)

    assert [(a.status_code, a.json()["type"]) for a in (damaged, answer)] == [(422, "/problems/photo-mismatch")] * 2
    assert (await field.get(f"walks/{walk_id}")).json()["missing_photos"] == [photo.id]


@pytest.mark.parametrize("kind", ["image/png", "text/plain"])
async def test_announced_bytes_under_another_kind_are_a_415(field: Field, kind: str) -> None:
    """They are still waited for, under their own."""
    photo = picture(a_jpeg())
    await announced(field, photo)
    answer = await field.put_photo(photo, **{"Content-Type": kind})

    assert (answer.status_code, answer.json()["type"]) == (415, "/problems/photo-of-another-kind")
    assert (await field.put_photo(photo)).status_code == 201


@pytest.mark.parametrize(
    ("content", "kind", "status", "problem"),
    [
        (a_jpeg()[:400], "image/jpeg", 422, "photo-refused"),
        (encoded(corners(), "image/png"), "image/jpeg", 415, "photo-of-another-kind"),
        (b"GIF89a", "image/gif", 415, "photo-of-another-kind"),
        (b"\0\0\0\x18ftypheic", "image/heic", 415, "photo-of-another-kind"),
    ],
)
async def test_a_refused_photo_is_listed_with_its_reason(
    field: Field, content: bytes, kind: str, status: int, problem: str
) -> None:
    """The walk stands, and no longer waits for it."""
    photo = picture(content, kind)
    walk_id = await announced(field, photo)
    answer = await field.put_photo(photo)
    receipt = (await field.complete(walk_id)).json()

    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{problem}")
    assert receipt["refused_photos"] == [{"id": photo.id, "reason": answer.json()["detail"]}]
    assert (receipt["state"], receipt["missing_photos"]) == ("received", [])


async def test_too_many_bytes_are_refused_while_they_come(field: Field) -> None:
    """413, whether their number was announced or not; exactly 15,000,000 are read."""
    large = picture(a_jpeg() + b"\0" * MAX_BYTES)
    whole = picture(a_jpeg() + b"\0" * (MAX_BYTES - len(a_jpeg())))
    walk_id = await announced(field, large)

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(large.content), 100_000):
            yield large.content[start : start + 100_000]

    streamed = await field.put(f"photos/{large.id}", content=pieces(), headers=large.headers)
    answer = await field.put_photo(large)

    assert [a.status_code for a in (streamed, answer, await field.put_photo(whole))] == [413, 413, 201]
    assert len((await field.get(f"walks/{walk_id}")).json()["refused_photos"]) == 1


async def test_many_photos_at_once_are_all_taken(field: Field) -> None:
    """More than there are children, by three phones."""
    photos = [picture(a_jpeg(n)) for n in range(12)]
    sent = (field.put_photo(photo, field.auditors[n % 3]) for n, photo in enumerate(photos))
    answers = await asyncio.gather(*sent)

    assert {answer.status_code for answer in answers} == {201}
    assert await fetch_value("select count(*) from photo where state = 'held'") == 12


async def test_every_hostile_image_is_answered(field: Field, shared_data: Path) -> None:
    """84 files: taken clean, or refused with a sentence; never a 500, and the next photo is taken."""
    statuses = set()
    for file in files(shared_data, "hostile_images"):
        hostile = picture(file.read_bytes(), kind_of(file.read_bytes()) or "image/jpeg")
        statuses.add((await field.put_photo(hostile)).status_code)

    assert statuses <= {201, 413, 415, 422}
    assert (await field.put_photo(picture(a_jpeg()))).status_code == 201


# --- looking at it ------------------------------------------------------------------------------------------------


async def a_seen_photo(field: Field) -> str:
    """The path of a stored photo, with metadata as it came."""
    photo = picture(encoded(corners(2000, 1500), exif=exif()))
    await announced(field, photo)
    await field.put_photo(photo)
    return f"photos/{photo.id}"


async def test_a_photo_is_seen_at_two_widths(field: Field) -> None:
    """Clean JPEGs, kept by the browser of who may see them, which asks each time whether they still are the same."""
    path = await a_seen_photo(field)
    large, small = await field.get(path), await field.get(f"{path}?width=320")

    assert (seen(large.content).size, seen(small.content).size) == ((1600, 1200), (320, 240))
    assert b"canary" not in large.content + small.content
    assert large.headers["content-type"] == "image/jpeg"
    assert large.headers["cache-control"] == "private, no-cache"
    assert large.headers["etag"] != small.headers["etag"]


async def test_a_picture_that_is_known_is_not_sent_again(field: Field) -> None:
    """304 for the same one; who looked is in the trail once, however often a browser asks."""
    path = await a_seen_photo(field)
    tag = (await field.get(path, field.lead)).headers["etag"]
    again = await field.get(path, {**field.lead, "If-None-Match": f'W/{tag}, "x"'})
    other = await field.get(path, {**field.lead, "If-None-Match": '"' + "a" * 64 + '"'})

    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert other.status_code == 200 and await fetch_value("select count(*) from audit_event where action = 'seen'") == 2


@pytest.mark.parametrize("width", ["0", "321", "1600.0", "large", "", "320&width=5"])
async def test_there_are_two_widths(field: Field, width: str) -> None:
    """Any other is a 400."""
    answer: httpx.Response = await field.get(f"photos/{uuid4()}?width={width}")

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/unreadable")


async def test_who_sees_a_photo(field: Field) -> None:
    """Its auditor, who leads or administers; analysts only what may be published; 404 to peers, 401 to the public."""
    path = await a_seen_photo(field)
    analyst, administrator = [await field.service.staff(role) for role in ("analyst", "administrator")]
    before = [(await field.get(path, who)).status_code for who in (field.me, field.lead, administrator, analyst)]
    await field.service.http.post(f"/api/{path}/review", json={"decision": "publishable"}, headers=field.lead)

    assert before == [200, 200, 200, 404]
    assert (await field.get(path, analyst)).status_code == 200
    assert (await field.get(path, field.auditors[1])).status_code == 404
    assert (await field.get(path, {"X": "y"})).status_code == 401


async def test_a_photo_whose_file_is_lost_is_our_fault(field: Field) -> None:
    """A 500 in a sentence, because it must not look like a photo that never was; no path of ours is told."""
    path = await a_seen_photo(field)
    key = await fetch_value("select rendition_1600 from photo where id = $1", UUID(path.partition("/")[2]))
    (field.service.settings.data_dir / "photos" / key[:2] / key).unlink()
    answer = await field.get(path)

    assert answer.status_code == 500 and answer.json()["type"] == "/problems/file-missing"
    assert str(field.service.settings.data_dir) not in answer.text
