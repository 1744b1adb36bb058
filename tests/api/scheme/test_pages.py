"""The scheme desk's pages, as an administrator uses them and as nobody else may."""

import csv
import io
import re

import httpx
import pytest
from openpyxl import load_workbook

from api.roles import ROUTES
from api.worker import invite_to_sign
from charter.register import confirm, sign
from charter.scheme.publishing import Draft, publish
from charter.scheme.queries import open_pairs
from charter.wordings import current_wording
from migrations.database import execute, fetch_value, transaction
from tests.charter.builders import AMA, parsed, place, signature
from tests.people import Service

SCHEME = sorted(route for route in ROUTES if " /scheme" in route)
SOME_ID = "018f0000-0000-7000-8000-000000000000"


async def stands(service: Service, name: str = "The Lamb", **changes: object) -> str:
    """An organisation that signed and confirmed; its id."""
    desk = service.tools.desk()
    tokens: list[str] = []

    def token() -> str:
        tokens.append(desk.new_token())
        return tokens[-1]

    remembering = type(desk)(now=desk.now, seal=desk.seal, base_url=desk.base_url, new_id=desk.new_id, new_token=token)
    receipt = await sign(parsed(signature(name, **changes)), desk=remembering)
    await confirm(tokens[0], desk=remembering)
    return str(receipt.id)


async def wording(service: Service, version: str = "2027", changes: str = "Pledge 3 says more.") -> None:
    """A new wording, published."""
    present = await current_wording()
    draft = Draft(
        version=version,
        texts=tuple(f"{pledge.text} And more." for pledge in present.pledges),
        evidence=tuple(pledge.evidence for pledge in present.pledges),
        changes=changes,
    )
    await publish(draft, by="somebody", desk=service.tools.desk())


def following(answer: httpx.Response) -> str:
    """Where a form that was taken leads."""
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


@pytest.mark.parametrize("role", ["lead", "analyst"])
async def test_other_staff_are_refused(service: Service, role: str) -> None:
    """Every route of the desk, whatever is sent."""
    browser = await service.staff_browser(role)

    for route in SCHEME:
        method, path = route.split(" ")
        answer = await browser.request(method, re.sub(r"\{\w+\}", SOME_ID, path))
        assert answer.status_code == 403, route


async def test_champions_and_strangers_are_refused(service: Service) -> None:
    """A champion is told no; a stranger is sent to sign in."""
    await stands(service)
    champion, stranger = await service.signs_in(AMA), service.browser()

    for route in SCHEME:
        method, path = route.split(" ")
        address = re.sub(r"\{\w+\}", SOME_ID, path)
        assert (await champion.request(method, address)).status_code == 403, route
        assert (await stranger.request(method, address)).status_code in (303, 401), route


async def test_the_overview_counts_what_waits(service: Service) -> None:
    """With the oldest of each; empty queues say so."""
    browser = await service.staff_browser("administrator")
    await sign(parsed(signature()), desk=service.tools.desk())

    page = (await browser.get("/scheme")).text

    assert "1, oldest today" in page and page.count("None") >= 4


async def test_a_file_shows_no_contact_until_a_purpose_is_typed(service: Service) -> None:
    """Then it does, once, and keeps the purpose."""
    id = await stands(service)
    browser = await service.staff_browser("administrator")
    address = f"/scheme/signatories/{id}"

    before = (await browser.get(address)).text
    refused = await browser.post(f"{address}/contacts", data={"purpose": " "})
    shown = await browser.post(f"{address}/contacts", data={"purpose": "She rang"})

    assert AMA not in before and AMA not in refused.text
    assert refused.status_code == 422 and "<title>Error: " in refused.text
    assert shown.status_code == 200 and AMA in shown.text and shown.headers["cache-control"] == "no-store"
    assert "She rang" in (await browser.get(address)).text


async def test_a_suspended_organisation_vanishes_and_comes_back(service: Service) -> None:
    """From the register, its page and its certificate."""
    id = await stands(service)
    browser = await service.staff_browser("administrator")
    public = ("/register/" + id, f"/api/charter/signatories/{id}", f"/api/charter/signatories/{id}/certificate.pdf")

    led = following(await browser.post(f"/scheme/signatories/{id}/suspend", data={"reason": "Complaints"}))
    hidden = [(await service.http.get(address)).status_code for address in public]
    banner = (await browser.get(led)).text
    again = await browser.post(f"/scheme/signatories/{id}/suspend", data={"reason": "Complaints"})
    following(await browser.post(f"/scheme/signatories/{id}/reinstate", data={"reason": "Settled"}))
    back = [(await service.http.get(address)).status_code for address in public]

    assert (hidden, back, again.status_code) == ([404] * 3, [200] * 3, 409)
    assert "Suspended. It is out of the public register" in banner


async def test_a_listing_is_corrected(service: Service) -> None:
    """With what it said before in a note."""
    id = await stands(service, "The Lamm")
    browser = await service.staff_browser("administrator")
    address = f"/scheme/signatories/{id}/correct"
    fields = {"name": "The Lamb", "sector": "hotel", "website": "", "public_listing": "yes"}

    assert 'value="The Lamm"' in (await browser.get(address)).text
    assert (await browser.post(address, data={**fields, "reason": ""})).status_code == 422
    page = (await browser.get(following(await browser.post(address, data={**fields, "reason": "A slip"})))).text

    assert "The listing was corrected" in page and "name was: The Lamm" in page


async def test_the_desk_writes_to_an_organisation(service: Service) -> None:
    """One letter a person who confirmed; with nobody there the form says so and keeps the words."""
    id = await stands(service)
    waiting = (await sign(parsed(signature("The Bell")), desk=service.tools.desk())).id
    browser = await service.staff_browser("administrator")
    words = {"subject": "Your sign", "text": "Please look at it."}

    page = (await browser.get(following(await browser.post(f"/scheme/signatories/{id}/letter", data=words)))).text
    nobody = await browser.post(f"/scheme/signatories/{waiting}/letter", data=words)

    assert "The letter was written" in page
    assert nobody.status_code == 422 and "Please look at it." in nobody.text
    assert await fetch_value("select count(*) from letter where kind = 'from-scheme'") == 1


async def test_whoever_signed_is_asked_again(service: Service) -> None:
    """By the button on her file."""
    id = (await sign(parsed(signature()), desk=service.tools.desk())).id
    browser = await service.staff_browser("administrator")

    page = (await browser.get(following(await browser.post(f"/scheme/signatories/{id}/ask-again")))).text

    assert "A new letter was written" in page
    assert (await browser.get(f"/scheme/signatories/{id}/dance")).status_code == 404


async def test_held_signatures_are_released_and_refused_in_bulk(service: Service) -> None:
    """After one more page; what somebody else decided meanwhile is passed over."""
    ids = [str((await sign(parsed(signature(f"Bot {n}")), desk=service.tools.desk())).id) for n in range(3)]
    async with transaction():
        await execute("update signatory set state = 'held', held_because = 'network'")
    browser = await service.staff_browser("administrator")

    assert "Many from one network" in (await browser.get("/scheme/held")).text
    nothing = await browser.post("/scheme/held", data={})
    chosen = {"chosen": ids[:2], "decision": "refuse"}
    sure = await browser.post("/scheme/held", data=chosen)
    refused = following(await browser.post("/scheme/held", data={**chosen, "confirmed": "yes"}))
    again = following(await browser.post("/scheme/held", data={**chosen, "confirmed": "yes"}))
    release = {"chosen": ids[2], "decision": "release", "confirmed": "yes"}
    released = following(await browser.post("/scheme/held", data=release))

    assert nothing.status_code == 422 and "Refuse 2 signatures?" in sure.text
    assert [place.split("=")[1] for place in (refused, again, released)] == ["refuse-2", "refuse-0", "release-1"]
    assert "Refused and deleted: 2." in (await browser.get(refused)).text
    assert await fetch_value("select state from signatory") == "applied"


async def test_duplicates_are_compared_and_merged(service: Service) -> None:
    """Side by side, with a reason, after one more page; the newer one's public address leads to the older."""
    older = await stands(service)
    newer = await stands(
        service, "The Lamb Ltd", premises=[{**place(), "name": "The Lamb Yard", "address": "2 Side St"}]
    )
    browser = await service.staff_browser("administrator")
    pair = (await open_pairs())[0].id
    address = f"/scheme/duplicates/{pair}"

    listed, compared = (await browser.get("/scheme/duplicates")).text, (await browser.get(address)).text
    nothing = await browser.post(address, data={})
    without = await browser.post(address, data={"decision": "same", "reason": ""})
    sure = await browser.post(address, data={"decision": "same", "reason": "One licence"})
    done = following(
        await browser.post(address, data={"decision": "same", "reason": "One licence", "confirmed": "yes"})
    )
    again = await browser.post(address, data={"decision": "different"})

    assert "the same name" in listed and "2 Side St" in compared
    assert (nothing.status_code, without.status_code, sure.status_code, again.status_code) == (422, 422, 200, 409)
    assert "This cannot be undone" in sure.text and "Merged." in (await browser.get(done)).text
    assert (await service.http.get("/api/charter/signatories")).json()["items"][0]["id"] == older
    assert f"/register/{older}" in (await service.http.get(f"/register/{newer}")).headers.get("location", "")


async def test_a_wording_is_published_and_signed(service: Service) -> None:
    """Previewed, its version typed twice; earlier signatures keep theirs until somebody signs it at her desk."""
    id = await stands(service)
    browser = await service.staff_browser("administrator")
    form = await browser.get("/scheme/wordings/new")
    texts = {f"text-{n}": f"Pledge {n} anew." for n in range(1, 8)}
    evidence = {f"evidence-{n}": f"Evidence {n}." for n in range(1, 8)}
    fields = {"version": "2027", "changes": "All of it.", **texts, **evidence}

    wrong = await browser.post("/scheme/wordings/new", data={**fields, "text-3": ""})
    taken = await browser.post("/scheme/wordings/new", data={**fields, "version": "2018"})
    preview = await browser.post("/scheme/wordings/new", data={**fields, "step": "preview"})
    unsure = await browser.post("/scheme/wordings/new", data={**fields, "step": "publish", "again": "2072"})
    led = following(await browser.post("/scheme/wordings/new", data={**fields, "step": "publish", "again": "2027"}))

    assert "Nominate a champion" in form.text and "Pledge 3 anew." in preview.text
    assert (wrong.status_code, taken.status_code, preview.status_code, unsure.status_code) == (422, 422, 200, 422)
    assert "Published." in (await browser.get(led)).text
    assert (await service.http.get("/api/charter")).json()["version"] == "2027"
    assert "Pledge 3 anew." in (await service.http.get("/charter")).text
    assert (await service.http.get(f"/api/charter/signatories/{id}")).json()["charter_version"] == "2018"


async def test_champions_are_invited_once_and_sign_at_their_desk(service: Service) -> None:
    """A letter each, however often the chore runs; the button signs what was shown, and again changes nothing."""
    id = await stands(service)
    await wording(service)
    invited = [await invite_to_sign(service.tools) for _ in range(2)]
    browser = await service.signs_in(AMA)

    page = (await browser.get(f"/desk/{id}/wording")).text
    stale = await browser.post(f"/desk/{id}/wording", data={"version": "2018"})
    for _ in range(2):
        led = following(await browser.post(f"/desk/{id}/wording", data={"version": "2027"}))

    assert invited == [1, 0] and "You signed: " in page and stale.status_code == 412
    assert "has signed the wording of 2027" in (await browser.get(led)).text
    assert (await service.http.get(f"/api/charter/signatories/{id}")).json()["charter_version"] == "2027"
    assert await fetch_value("select count(*) from charter_event where action = 'wording-signed'") == 1


async def test_another_organisations_wording_is_not_hers(service: Service) -> None:
    """It answers as if there were none."""
    await stands(service)
    browser = await service.signs_in(AMA)

    assert (await browser.get(f"/desk/{SOME_ID}/wording")).status_code == 404
    assert (await browser.post(f"/desk/{SOME_ID}/wording", data={"version": "2018"})).status_code == 404


async def test_signing_takes_old_and_new_wordings_and_no_others(service: Service) -> None:
    """Whoever began under one signs that one; what was never published is refused."""
    await wording(service)

    said = [
        (await service.http.post("/api/charter/signatures", json=signature(charter_version=version))).status_code
        for version in ("2018", "2027", "2072")
    ]

    assert said == [202, 202, 422]


async def test_the_whole_register_is_read_back(service: Service) -> None:
    """Every state, no person; as a workbook and as CSV; each reading is an event."""
    await stands(service)
    await sign(parsed(signature("The Bell", premises=[])), desk=service.tools.desk())
    browser = await service.staff_browser("administrator")

    book = load_workbook(io.BytesIO((await browser.get("/scheme/register.xlsx")).content))
    text = (await browser.get("/scheme/register.csv")).text
    rows = list(csv.DictReader(io.StringIO(text, newline="")))

    assert book.sheetnames == ["signatories", "premises", "pledges", "data dictionary"]
    assert [row[2].value for row in book["signatories"].iter_rows()] == ["name", "The Lamb", "The Bell"]
    assert [book[name].freeze_panes for name in book.sheetnames] == ["A2"] * 4
    assert [(row["name"], row["state"], row["postcode"]) for row in rows] == [
        ("The Lamb", "active", "SE1 1AA"),
        ("The Bell", "applied", ""),
    ]
    assert AMA not in text and "Ama" not in text
    assert await fetch_value("select count(*) from charter_event where action = 'register-read'") == 2


async def test_unlisted_premises_leave_nothing_but_their_borough(service: Service) -> None:
    """Somebody may be looking for them, and a workbook is soon in many hands."""
    await stands(service, premises=[place("Refuge", listed=False)])
    browser = await service.staff_browser("administrator")

    text = (await browser.get("/scheme/register.csv")).text
    page = (await browser.get(f"/scheme/signatories/{(await fetch_value('select id from signatory'))}")).text

    assert "Refuge" not in text and "SE1 1AA" not in text and "Example Street" not in text
    assert "Refuge" not in page and "Unlisted" in page
