"""Every naughty string, typed into every text field: shown as text, on every page of the form and in every letter."""

from pathlib import Path

import httpx

from api.worker import send_letters
from charter.signing import MAX_JOB_TITLE, MAX_NAME
from tests.api.pages.signing.filling import (
    AMA,
    CHAMPION,
    DETAILS,
    JO,
    ORGANISATION,
    PLEDGES,
    SIGNATORY,
    passes,
    sent,
    shown,
)
from tests.inert import naughty, packed, read, squeezed
from tests.people import Service

TYPED = 5_000  # many strings at once, most of them refused for their length and shown all the same
SEEN = ("organisation", "premises/1/details", "premises/1/position", "premises", "signatory", "champion", "check")


async def typed_everywhere(browser: httpx.AsyncClient, text: str) -> None:
    """Fill every text field with `text`, but for those that only take what is checked by its form."""
    people = {"name": text, "job_title": text}
    await sent(browser, "organisation", {**ORGANISATION, "name": text, "website": text})
    await sent(browser, "premises/1/details", {**DETAILS, "name": text, "address": text, "postcode": text})
    await sent(browser, "premises/1/position", {"position": text})
    await sent(browser, "premises/1/hours", {"hours-0-opens": text, "hours-0-closes": text})
    await sent(browser, "signatory", {**SIGNATORY, **people, "email": text})
    await sent(browser, "champion", {**CHAMPION, **people, "email": text})


def plain_tags(tags: dict[str, int]) -> dict[str, int]:
    """The tags whose number does not depend on how many errors or lines there are."""
    return {
        tag: tags.get(tag, 0)
        for tag in ("script", "style", "form", "input", "textarea", "select", "button", "img", "svg")
    }


async def test_naughty_strings_are_text_on_every_page(service: Service, shared_data: Path) -> None:
    """Each page has the tags that it has for a plain name, and nothing that acts."""
    plain = service.browser()
    await typed_everywhere(plain, "plain")
    expected = {page: plain_tags(read(await shown(plain, page)).tags) for page in SEEN[:-1]}
    browser = service.browser()
    for text in packed(naughty(shared_data), TYPED):
        await typed_everywhere(browser, text)
        for page in SEEN[:-1]:
            found = read(await shown(browser, page))

            assert found.wrong == [], (page, text)
            assert plain_tags(found.tags) == expected[page], (page, text)


async def test_naughty_strings_are_text_when_they_are_signed(service: Service, shared_data: Path) -> None:
    """On the page that is checked before sending, on the one after it, and in the letters, which all look alike."""
    for text in packed(naughty(shared_data), MAX_NAME):
        browser = service.browser()
        await signs(browser, text)
        checked = read(await shown(browser, "check"))
        await passes(browser, "check", {})
        after = read(await shown(browser, "sent"))

        assert checked.wrong == after.wrong == [], text
        assert squeezed(text) in squeezed("".join(checked.text)), text
    await send_letters(service.tools)
    tags = {
        address: [read(one.html).tags for one in service.outbox.letters if one.to == address] for address in (AMA, JO)
    }

    assert all(seen.count(seen[0]) == len(seen) > 60 for seen in tags.values())
    assert not [letter for letter in service.outbox.letters if read(letter.html).wrong or "\n" in letter.subject]


async def signs(browser: httpx.AsyncClient, text: str) -> None:
    """Answer every page, with `text` wherever any text is taken."""
    names = {"name": text, "job_title": text[:MAX_JOB_TITLE]}
    await passes(browser, "organisation", {**ORGANISATION, "name": text})
    await passes(browser, "premises/1/details", {**DETAILS, "name": text, "address": text})
    await passes(browser, "premises/1/position", {"position": "51.5055, -0.0877"})
    await passes(browser, "premises", {"more": "no"})
    await passes(browser, "signatory", {**SIGNATORY, **names})
    await passes(browser, "champion", {**CHAMPION, **names})
    await passes(browser, "pledges", PLEDGES)
