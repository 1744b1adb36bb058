"""What a page says, read as a person would: its tables as rows of words."""

import re
from html import unescape

from tests.people import Service

TAG = re.compile(r"<[^>]+>")
ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
CELL = re.compile(r"<t[hd]\b.*?</t[hd]>", re.DOTALL)


def words(markup: str) -> str:
    """The text of a piece of HTML, with single spaces."""
    return " ".join(unescape(TAG.sub(" ", markup)).split())


def table_rows(page: str) -> list[list[str]]:
    """Every row of every table of a page, headings too."""
    return [[words(cell) for cell in CELL.findall(row)] for row in ROW.findall(page)]


async def page(service: Service, address: str) -> str:
    """A page as a browser asks for it."""
    answer = await service.http.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return answer.text
