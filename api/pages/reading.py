"""Pages to read before a walk: the questions of an audit, and what an invitation leads to."""

from litestar import get
from litestar.params import FromPath
from litestar.response import Template

from audits.instrument import instrument


@get("/questions/{version:int}", include_in_schema=False)
async def questions(version: FromPath[int]) -> Template:
    """The instrument as a person reads it: every question with its scale in words."""
    return Template("questions.html", context={"instrument": instrument(version)})


@get("/join", include_in_schema=False)
async def join() -> Template:
    """Where an invitation's link leads; its code stands after the # and reaches no server by being looked at."""
    return Template("join.html")


HANDLERS = [questions, join]
