"""The instrument as data, for phones that ask it and partners that read what it found."""

from litestar import get
from litestar.params import FromPath

from audits.instrument import Instrument, instrument


@get("/api/instruments/{version:int}", tags=["audits"], summary="One version of what auditors are asked")
async def get_instrument(version: FromPath[int]) -> Instrument:
    """Every version ever published is here, and stays acceptable."""
    return instrument(version)


INSTRUMENTS = [get_instrument]
