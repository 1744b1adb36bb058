"""A chain with its premises, and strategies for what chains write, for every test of premises."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
from hypothesis import strategies as st

from charter.keeping.members import Member, member_of
from charter.premises.hours import DAYS, in_week_order
from charter.premises.rows import Kept
from charter.register import email_mac
from charter.signing import OpeningHours, Premises
from tests.charter.builders import AMA, SEAL, Pen, place
from tests.strategies import positions

PUBS = "venues/gla_pubs_2020.csv"  # within the shared field data: 4,098 of them
HEADING = ("Name", "Address", "Postcode", "Longitude", "Latitude", "Listed", "Opening hours", "Your reference")
LAMB = ("The Lamb", "94 Example Street", "WC1N 3LZ", "-0.118923", "51.523145", "", "", "")

clock_times = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59))
lines_of_hours = st.builds(
    OpeningHours,
    days=st.lists(st.sampled_from(DAYS), min_size=1, unique=True).map(tuple),
    opens=clock_times,
    closes=clock_times,
)
hours_of_a_place = st.lists(lines_of_hours, max_size=5).map(tuple)
# Whatever a database takes: no NUL and no half of a surrogate pair.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40).filter(
    lambda text: text.split() != []
)
postcodes = st.sampled_from(["SE1 1AA", "wc1n3lz", "E1 6 AN", "W1A 1AA", "EC1A 1BB"])


@st.composite
def kept_premises(draw: st.DrawFn) -> Kept:
    """Premises as they may stand in the register, whoever sent them."""
    premises = place(
        draw(texts),
        at=draw(positions),
        address=draw(texts),
        postcode=draw(postcodes),
        listed=draw(st.booleans()),
        own_reference=draw(st.none() | texts),
    )
    hours = draw(hours_of_a_place)
    sent = msgspec.structs.replace(msgspec.convert(premises, Premises), opening_hours=hours)
    return Kept(id=uuid4(), sequence=draw(st.integers(0, 5_000)), borough=None, premises=sent)


def in_order(hours: Sequence[OpeningHours]) -> tuple[OpeningHours, ...]:
    """The same hours with their days from Monday on."""
    return tuple(msgspec.structs.replace(line, days=in_week_order(line.days)) for line in hours)


def premises(name: str = "The Lamb", **changes: Any) -> Premises:
    """Premises as a command takes them."""
    return msgspec.convert(place(name, **changes), Premises)


def sheet(*rows: Sequence[str], heading: Sequence[str] = HEADING, delimiter: str = ",") -> bytes:
    """A CSV of these rows, as a spreadsheet saves it."""
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows([heading, *rows])
    return file.getvalue().encode()


def row(**cells: str) -> tuple[str, ...]:
    """The Lamb's row with other `cells`, by their column's name in small letters."""
    names = [name.lower().replace(" ", "_") for name in HEADING]
    return tuple(cells.get(name, cell) for name, cell in zip(names, LAMB, strict=True))


def pubs(file: Path) -> list[tuple[str, ...]]:
    """London's pubs as rows of the template; the GLA gives no postcodes, so that they are made up."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return [_pub(number, pub) for number, pub in enumerate(csv.DictReader(opened))]


def _pub(number: int, pub: dict[str, str]) -> tuple[str, ...]:
    address = ", ".join(pub[part] for part in ("address1", "address2", "address3") if pub[part]) or pub["name"]
    postcode = f"SE{number % 9 + 1} {number // 9 % 9 + 1}AA"
    where = (pub["longitude"], pub["latitude"])
    return (pub["name"], address, postcode, *where, "", "mon-thu 12:00-23:00; fri sat 12:00-02:00", f"Pub {number}")


async def chain(pen: Pen, name: str = "The Chain", sector: str = "pub_or_bar", **changes: Any) -> Member:
    """A chain that stands in the register without any premises, and who acts for it."""
    organisation = {"name": name, "sector": sector, "website": None, "operates_at_night": True}
    id = await pen.stand(organisation=organisation, premises=changes.pop("premises", []), **changes)
    return await member_of(id, email_mac=email_mac(AMA, SEAL))
