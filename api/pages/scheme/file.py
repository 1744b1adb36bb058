"""A signatory's file: everything that the desk may see of it, and what it may do from there."""

from typing import Annotated, Any
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Template

from api.pages.desk.words import PLEDGE_STATES, ROLES
from api.pages.scheme.words import NOTES, STATES, WHY_HELD, actor, day, moment, sector, tag, told
from api.sessions.queries import staff
from charter.pledges import NUMBERS
from charter.register import Desk
from charter.scheme.queries import File, Note, file_of
from geo.places.authorities import authority
from migrations.sealing import Seal

DONE = {
    "note": "The note was kept.",
    "letter": "The letter was written. It goes out within a minute.",
    "suspend": "Suspended. It is out of the public register, and its people were told by letter.",
    "reinstate": "The suspension was lifted, and its people were told by letter.",
    "correct": "The listing was corrected.",
    "ask-again": "A new letter was written. The link in the earlier one works no more.",
}
Done = Annotated[str, QueryParameter(description="What was just done, in a word of DONE.")]


@get("/scheme/signatories/{signatory_id:uuid}", include_in_schema=False)
async def file(signatory_id: FromPath[UUID], desk: NamedDependency[Desk], done: Done = "") -> Template:
    """The register's entry, pledges, premises, history and notes; nobody's name but in notes."""
    found = await file_of(signatory_id, seal=desk.seal)
    context = _shown(found, await staff_by_id(desk.seal))
    return Template("scheme/file.html", context={**context, "id": signatory_id, "done": DONE.get(done)})


async def staff_by_id(seal: Seal) -> dict[str, str]:
    """The names of the staff by what the trail knows them by."""
    return {str(person.id): person.name for person in await staff(seal=seal)}


def _shown(found: File, people: dict[str, str]) -> dict[str, Any]:
    """The file as its page tells it; `people` are the staff by id."""
    return {
        "row": found.row,
        "state": tag(STATES, found.row["state"]),
        "facts": _facts(found.row),
        "pledges": _pledges(found),
        "premises": [_place(place) for place in found.premises],
        "premises_count": found.premises_count,
        "roles": [_role(one) for one in found.people],
        "events": [
            {"at": moment(one["at"]), "by": actor(one["actor"], people), "what": told(one)} for one in found.events
        ],
        "notes": [_note(one, people) for one in found.notes],
        "back": "/scheme/signatories",
    }


def _note(note: Note, people: dict[str, str]) -> dict[str, str]:
    return {
        "at": moment(note.at),
        "by": actor(note.by, people),
        "kind": NOTES.get(note.kind, note.kind),
        "text": note.text,
    }


def _facts(row: dict[str, Any]) -> list[tuple[str, str]]:
    facts = [
        ("Reference", row["reference"]),
        ("Sector", sector(row["sector"])),
        ("Web site", row["website"] or "–"),
        ("Wording signed", row["charter_version"]),
        ("In the public register", "Agreed" if row["public_listing"] else "Did not agree"),
        ("May be written to about the network", "Agreed" if row["network_contact"] else "Did not agree"),
        ("Sent", moment(row["applied_at"])),
        ("Confirmed", day(row["signed_on"])),
        ("Last confirmed", day(row["last_confirmed_on"])),
        ("Review due", day(row["review_due_on"])),
        ("Has a champion since", day(row["champion_since"])),
    ]
    if row["held_because"]:
        facts.append(("Held because", WHY_HELD.get(row["held_because"], row["held_because"])))
    return facts


def _pledges(found: File) -> list[dict[str, Any]]:
    """All seven; one of which nothing was written is not started."""
    kept = {row["pledge"]: row for row in found.pledges}
    return [
        {
            "number": number,
            "state": tag(PLEDGE_STATES, kept[number]["state"] if number in kept else "not_started"),
            "statement": (kept[number]["statement"] or "") if number in kept else "",
            "evidence_on": day(kept[number]["evidence_on"]) if number in kept else "–",
        }
        for number in NUMBERS
    ]


def _place(row: dict[str, Any]) -> dict[str, Any]:
    borough = authority(row["borough"]) if row["borough"] else None
    return {**row, "borough": borough.name if borough else "Outside London"}


def _role(row: dict[str, Any]) -> dict[str, str]:
    confirmed = row["confirmed_at"]
    said = f"Confirmed {moment(confirmed)}" if confirmed else "Not confirmed yet"
    return {
        "role": ROLES.get(row["role"], row["role"]),
        "said": f"Left {day(row['ended_on'])}" if row["ended_on"] else said,
    }


HANDLERS = [file]
