"""Premises as rows: listed ones in the clear, unlisted ones sealed but for their borough; and back again."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from charter.doubts.likeness import place_likeness
from charter.signing import OpeningHours, PointAt, Premises, is_listed, tidy_postcode
from geo.places.queries import boroughs_of, folded
from geo.shapes import point
from geo.spatial_index import index_writes
from migrations.database import execute_all
from migrations.sealing import Seal

PLACE_MAC = "charter-place"  # the purpose of the keyed hash by which the same place is noticed
INSERT = (
    "insert into premises (signatory, id, sequence, listed, borough, name, folded, address, postcode, location, "
    "opening_hours, own_reference, sealed, place_mac) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
)
SHOWN_COLUMNS = 7
COLUMNS = (
    "number, id, sequence, listed, borough, name, address, postcode, location, opening_hours, own_reference, sealed"
)


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Premises with the id that clients see and their place in the organisation's order."""

    id: UUID
    sequence: int
    premises: Premises


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """Premises as they are kept; `premises.listed` always says which, and `borough` is a GSS code."""

    id: UUID
    sequence: int
    borough: str | None
    premises: Premises

    @property
    def etag(self) -> str:
        """What changes whenever anything of it does."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:32]


@dataclass(frozen=True)
class PremisesRow:
    """A row without its signatory, in the order of INSERT."""

    cells: tuple[Any, ...]

    @property
    def id(self) -> UUID:
        """The id that clients see."""
        return self.cells[0]  # type: ignore[no-any-return]

    @property
    def location(self) -> Any:
        """Where it is; None where it is sealed."""
        return self.cells[8]


async def premises_rows(placed: Sequence[Placed], *, sector: str, seal: Seal) -> list[PremisesRow]:
    """The rows of these premises with their boroughs found. Asked before a transaction: thousands take a while."""
    if not placed:
        return []
    positions = [one.premises.location.coordinates for one in placed]
    boroughs = await boroughs_of([p[0] for p in positions], [p[1] for p in positions])
    return [_row(one, borough, sector, seal) for one, borough in zip(placed, boroughs, strict=True)]


async def file_premises(signatory: int, rows: Sequence[PremisesRow]) -> None:
    """Write the rows of a signatory, and what finds them on a map; inside transaction()."""
    listed = [row for row in rows if row.location is not None]
    await execute_all(
        (INSERT, [(signatory, *row.cells) for row in rows]),
        *index_writes("premises", "location", [row.id for row in listed], [row.location for row in listed]),
    )


def place_mac(premises: Premises, seal: Seal) -> bytes:
    """The keyed hash by which the same place is noticed, an unlisted one too, without telling where it is."""
    return seal.mac(place_likeness(premises.address, premises.postcode).encode(), purpose=PLACE_MAC)


def kept(row: dict[str, Any], seal: Seal) -> Kept:
    """The premises in a row of COLUMNS. Raises CannotUnseal."""
    premises = _opened(row, seal) if row["sealed"] is not None else _read(row)
    return Kept(id=row["id"], sequence=row["sequence"], borough=row["borough"], premises=premises)


def _row(one: Placed, borough: str | None, sector: str, seal: Seal) -> PremisesRow:
    # An unlisted place keeps nothing in clear but its borough, which the register shows and counts.
    listed = is_listed(one.premises, sector)
    shown = _shown(one.premises) if listed else (None,) * SHOWN_COLUMNS
    sealed = None if listed else _sealed(one.premises, seal, one.id)
    mac = place_mac(one.premises, seal)
    return PremisesRow((one.id, one.sequence, listed, borough, *shown, sealed, mac))


def _shown(premises: Premises) -> tuple[Any, ...]:
    return (
        premises.name,
        folded(premises.name),
        premises.address,
        tidy_postcode(premises.postcode),
        point(*premises.location.coordinates[:2]),
        msgspec.json.encode(premises.opening_hours).decode(),
        premises.own_reference,
    )


def _read(row: dict[str, Any]) -> Premises:
    return Premises(
        name=row["name"],
        address=row["address"],
        postcode=row["postcode"],
        listed=True,
        location=PointAt(type="Point", coordinates=(row["location"].x, row["location"].y)),
        opening_hours=msgspec.json.decode(row["opening_hours"], type=tuple[OpeningHours, ...]),
        own_reference=row["own_reference"],
    )


def _sealed(premises: Premises, seal: Seal, id: UUID) -> bytes:
    return seal.seal(msgspec.json.encode(premises), table="premises", column="sealed", row=str(id))


def _opened(row: dict[str, Any], seal: Seal) -> Premises:
    content = seal.open(row["sealed"], table="premises", column="sealed", row=str(row["id"]))
    # It was left to its sector when it was sent; it is kept unlisted, and says so.
    return msgspec.structs.replace(msgspec.json.decode(content, type=Premises), listed=False)
