"""The scheme's figures for programs and as a page."""

import csv
import io

from tests.api.register.pages import page, table_rows, words
from tests.charter.builders import Pen, organisation
from tests.people import Service, ok

HIDDEN = {"consent": {"public_listing": False, "network_contact": False}}


async def test_the_figures_of_an_empty_register(service: Service) -> None:
    """Whole, with nothing in them, and with everything hidden that says something of nobody in particular."""
    found = await ok(await service.http.get("/api/charter/indicators"))

    assert (found["organisations"], found["premises"], len(found["sectors"])) == (0, 0, 19)
    assert found["training"] == {"organisations": None, "staff_trained": None, "staff_in_scope": None}
    assert words(await page(service, "/indicators")).count("Hidden: fewer than five organisations") == 2


async def test_page_csv_and_json_say_the_same(service: Service) -> None:
    pen = Pen(now=service.clock())
    for number in range(6):
        await pen.stand(f"No {number}")
    await pen.stand("Met", organisation=organisation("Met", "police_or_emergency"), **HIDDEN)
    told = await ok(await service.http.get("/api/charter/indicators"))
    file = (await service.http.get("/api/charter/indicators.csv")).text
    cells = {tuple(row[:3]): row[3] for row in csv.reader(io.StringIO(file, newline=""))}
    shown = await page(service, "/indicators")

    assert (told["organisations"], told["organisations_not_listed"], told["states"]["active"]) == (7, 1, 7)
    assert (cells["organisations", "", ""], cells["organisations_by_sector", "pub_or_bar", ""]) == ("7", "6")
    assert ["October 2026 so far", "7", "7", "0", "0", "0"] in table_rows(shown)
    assert ["Pub or bar", "6", "6"] in table_rows(shown)
    assert "Police or emergency" not in [row[0] for row in table_rows(shown)]


async def test_nothing_of_an_organisation_is_in_the_figures(service: Service) -> None:
    """No name, no id, no reference."""
    await Pen(now=service.clock()).stand("Only One Such Name")
    addresses = ("/indicators", "/api/charter/indicators", "/api/charter/indicators.csv")
    told = [(await service.http.get(address)).text for address in addresses]

    assert not any("Such Name" in text or "WNSC" in text for text in told)
