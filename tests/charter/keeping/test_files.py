"""Pictures of evidence, as rows, on both databases."""

import pytest

from charter.errors import EvidenceFileDiffers, NoSuchEvidenceFile, NoSuchPledge, PledgeNotAcceptable
from charter.keeping.evidence import MAX_FILES, Keeping
from charter.keeping.files import add_file, remove_file
from charter.keeping.pledges import keep_pledge
from charter.keeping.queries import file_of, files_in_use, pictures_of
from tests.charter.builders import JO, NOW, Pen
from tests.charter.keeping.desks import champion, developed, member, picture
from tests.charter.keeping.samples import keeping

pytestmark = pytest.mark.usefixtures("database")


async def test_a_picture_is_added_once() -> None:
    """A phone that sends it again is answered as the first time; other bytes under its id are refused."""
    by = await champion(Pen())
    poster = picture()
    first, again = await add_file(by, poster, developed()), await add_file(by, poster, developed())

    assert (first, again) == (True, False)
    assert await pictures_of(by, 2) == (poster,)
    with pytest.raises(EvidenceFileDiffers):
        await add_file(by, poster, developed("b"))


async def test_a_picture_has_two_sizes_that_the_sweep_knows() -> None:
    """Until it is removed."""
    by = await champion(Pen())
    poster, stored = picture(), developed()
    await add_file(by, poster, stored)
    used = await files_in_use([stored.file, stored.small, "c" * 64])
    keys = [await file_of(by, 2, poster.id, width=width) for width in (1600, 320)]
    await remove_file(by, 2, poster.id, now=NOW)

    assert used == {stored.file, stored.small}
    assert keys == [stored.file, stored.small]
    assert await files_in_use([stored.file, stored.small]) == set()


async def test_pictures_of_others_are_not_there() -> None:
    """To look at, to remove, or to take over by their id."""
    pen = Pen()
    first = await champion(pen)
    poster = picture()
    await add_file(first, poster, developed())
    other = await champion(pen, "The Ram")
    for attempt in (
        file_of(other, 2, poster.id, width=320),
        remove_file(other, 2, poster.id, now=NOW),
        add_file(other, poster, developed()),
        file_of(first, 3, poster.id, width=320),
    ):
        with pytest.raises(NoSuchEvidenceFile):
            await attempt

    assert await pictures_of(await member(JO, first.signatory_id), 2) == (poster,)


@pytest.mark.parametrize("caption", ["", "  ", "x" * 301, "a\0b"])
async def test_a_picture_says_what_it_shows(caption: str) -> None:
    """It is all that whoever cannot see it gets."""
    by = await champion(Pen())
    with pytest.raises(PledgeNotAcceptable) as caught:
        await add_file(by, picture(caption=caption), developed())

    assert caught.value.errors[0].field == "caption"


async def test_there_are_so_many_pictures_of_a_pledge() -> None:
    """And seven pledges."""
    by = await champion(Pen())
    for number in range(MAX_FILES):
        await add_file(by, picture(), developed(f"{number:x}"))
    with pytest.raises(PledgeNotAcceptable):
        await add_file(by, picture(), developed("f"))
    with pytest.raises(NoSuchPledge):
        await add_file(by, picture(pledge=8), developed())


async def test_an_evidenced_campaign_keeps_its_last_picture() -> None:
    """Until the pledge says that it is in progress."""
    by = await champion(Pen())
    poster = picture()
    await add_file(by, poster, developed())
    kept = await keep_pledge(by, 2, keeping(2), version=0, now=NOW)
    with pytest.raises(PledgeNotAcceptable):
        await remove_file(by, 2, poster.id, now=NOW)
    await keep_pledge(by, 2, Keeping(state="in_progress"), version=kept.version, now=NOW)
    await remove_file(by, 2, poster.id, now=NOW)

    assert await pictures_of(by, 2) == ()
