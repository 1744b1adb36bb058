"""What a visitor asked of the register, as her address says it: kept from page to page, with nothing said twice."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from litestar.di import Provide
from litestar.params import QueryParameter

from charter.narrowing import Sought, sought


@dataclass(frozen=True)
class Asked:
    """The filters as they were written; an empty field of the form is no filter."""

    q: str
    borough: str
    sector: str

    @property
    def sought(self) -> Sought:
        """As the register understands it. Raises UnreadableFilter, UnacceptableFilter."""
        return sought(self.q or None, self.borough or None, self.sector or None, None)

    @property
    def query(self) -> str:
        """What follows the path of any page about the same; empty where nothing was asked."""
        return self.address("")

    def address(self, path: str, **more: str | None) -> str:
        """The path with the filters and more, in the same order every time."""
        fields = {"q": self.q, "borough": self.borough, "sector": self.sector, **more}
        written = urlencode({name: value for name, value in fields.items() if value})
        return f"{path}?{written}" if written else path


def asked(
    q: Annotated[str, QueryParameter(description="Part of an organisation's or a listed place's name.")] = "",
    borough: Annotated[str, QueryParameter(description="GSS code of a borough with premises.")] = "",
    sector: Annotated[str, QueryParameter(description="A sector's key.")] = "",
) -> Asked:
    """The filters of this address, without white space around them."""
    return Asked(q.strip(), borough.strip(), sector.strip())


ASKED = {"asked": Provide(asked, sync_to_thread=False)}
