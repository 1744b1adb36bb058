"""Pages to read: the charter's pledges, the questions of an audit, and what an invitation leads to."""

from litestar import get
from litestar.params import FromPath
from litestar.response import Template

from audits.instrument import instrument
from charter.pledges import CURRENT, VERSIONS


@get("/charter", include_in_schema=False)
async def charter() -> Template:
    """The seven pledges in the words of the present version, and what shows that each is kept."""
    return Template("charter.html", context={"charter": VERSIONS[CURRENT]})


@get("/questions/{version:int}", include_in_schema=False)
async def questions(version: FromPath[int]) -> Template:
    """The instrument as a person reads it: every question with its scale in words."""
    return Template("questions.html", context={"instrument": instrument(version)})


@get("/join", include_in_schema=False)
async def join() -> Template:
    """Where an invitation's link leads; its code stands after the # and reaches no server by being looked at."""
    return Template("join.html")


HANDLERS = [charter, questions, join]
