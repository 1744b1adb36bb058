"""What a form makes of a signature, and a signature of a form: the same, whatever is in it."""

from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from api.pages.signing.answers import Answers, Typed, clock_time, signature_of
from api.pages.signing.faults import PAGES, faults
from charter.errors import SignatureNotAcceptable
from charter.pledges import SECTORS
from charter.signing import (
    Consent,
    Contact,
    OpeningHours,
    Organisation,
    PointAt,
    Premises,
    Signatory,
    Signature,
    check,
)
from geo.places.written import as_written
from tests.strategies import positions

ID = UUID("018f0000-0000-7000-8000-000000000000")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# What a keyboard and a form bring: no NUL, no lone surrogate, no carriage return; not only spaces, none around it.
texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0\r"), min_size=1, max_size=40).filter(
    lambda text: text == text.strip()
)
times = st.times().map(lambda time: f"{time:%H:%M}")
emails = st.from_regex(r"[a-z]{1,10}@[a-z]{1,10}\.example", fullmatch=True)
people = st.builds(Contact, name=texts, job_title=texts, email=emails)
hours = st.builds(
    OpeningHours,
    days=st.sets(st.sampled_from(DAYS), min_size=1).map(lambda days: tuple(day for day in DAYS if day in days)),
    opens=times,
    closes=times,
)
places = positions.map(
    lambda place: PointAt(type="Point", coordinates=(float(f"{place[0]:.6f}"), float(f"{place[1]:.6f}")))
)
premises = st.builds(
    Premises,
    name=texts,
    address=texts,
    postcode=st.sampled_from(["SE1 1AA", "W1A 0AX", "EC1A 1BB"]),
    listed=st.sampled_from([None, True, False]),
    location=places,
    opening_hours=st.lists(hours, max_size=3).map(tuple),
)
organisations = st.builds(
    Organisation,
    name=texts,
    sector=st.sampled_from(sorted(SECTORS)),
    website=st.sampled_from([None, "https://lamb.example/menu?x=1"]),
    operates_at_night=st.just(True),
)


@st.composite
def signatures(draw: st.DrawFn) -> Signature:
    """A signature as a form can make it, acceptable but perhaps for its hours."""
    signs = draw(people)
    return Signature(
        charter_version="2018",
        organisation=draw(organisations),
        premises=tuple(draw(st.lists(premises, max_size=3))),
        signatory=Signatory(name=signs.name, job_title=signs.job_title, email=signs.email, has_authority=True),
        champion=signs if draw(st.booleans()) else draw(people),
        pledges=(1, 2, 3, 4, 5, 6, 7),
        consent=draw(st.builds(Consent, public_listing=st.booleans(), network_contact=st.booleans())),
    )


def typed(**fields: str | None) -> Typed:
    """Fields of one value each; what is None is not there."""
    return {name: [value] for name, value in fields.items() if value is not None}


def yes(answer: bool | None) -> str | None:
    return None if answer is None else "yes" if answer else "no"


def person(contact: Contact) -> Typed:
    return typed(name=contact.name, job_title=contact.job_title, email=contact.email)


def place(one: Premises) -> Typed:
    """The fields of a place, over its pages."""
    lines: Typed = {}
    for line, hours in enumerate(one.opening_hours):
        lines |= {f"hours-{line}-days": list(hours.days)}
        lines |= typed(**{f"hours-{line}-opens": hours.opens, f"hours-{line}-closes": hours.closes})
    position = as_written(*one.location.coordinates)
    fields = typed(name=one.name, address=one.address, postcode=one.postcode, listed=yes(one.listed), position=position)
    return fields | lines


def answers_of(signature: Signature) -> Answers:
    """The answers that a person types to sign this."""
    organisation, signatory = signature.organisation, signature.signatory
    same = person(signature.champion) == person(signatory)
    pages = {
        "organisation": typed(
            name=organisation.name,
            sector=organisation.sector,
            website=organisation.website or "",
            operates_at_night=yes(organisation.operates_at_night),
        ),
        "premises": typed(more="no"),
        "signatory": person(signatory) | typed(has_authority="yes"),
        "champion": typed(who="me") if same else person(signature.champion) | typed(who="other"),
        "pledges": typed(
            version=signature.charter_version,
            agreed="yes",
            public_listing=yes(signature.consent.public_listing),
            network_contact="yes" if signature.consent.network_contact else None,
        ),
    }
    return Answers(id=ID, pages=pages, premises=[place(one) for one in signature.premises])


@given(signatures())
def test_a_signature_comes_back_from_the_form(signature: Signature) -> None:
    """Every field, in every script."""
    assert signature_of(answers_of(signature)) == signature


@given(signatures())
def test_the_form_takes_what_the_rules_take(signature: Signature) -> None:
    """And refuses what they refuse: there is one set of rules."""
    try:
        check(signature, versions=["2018"])
        refused = 0
    except SignatureNotAcceptable as error:
        refused = len(error.errors)

    assert len(faults(answers_of(signature))) == refused


pages = st.dictionaries(
    st.sampled_from(["name", "sector", "email", "who", "more", "agreed", "version", "public_listing", "website"]),
    st.lists(texts | st.sampled_from(["yes", "no", "me", "other", "2018", ""]), max_size=2),
)
some_place = st.dictionaries(
    st.sampled_from(["name", "postcode", "position", "listed", "hours-0-days", "hours-3-opens", "hours-99-closes"]),
    st.lists(texts | st.sampled_from(["mon", "5pm", "51.5, -0.1", ""]), max_size=2),
)


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from(PAGES), pages), st.lists(some_place, max_size=3))
def test_whatever_is_typed_is_told_on_a_page_that_exists(typed: dict[str, Typed], places: list[Typed]) -> None:
    """Nothing typed makes the form fall over; every fault has its page, its field and its words."""
    for fault in faults(Answers(id=ID, pages=typed, premises=places)):
        assert fault.page.split("/")[0] in PAGES
        assert fault.field and fault.message


@given(st.text())
def test_a_time_of_day_is_read_or_left(text: str) -> None:
    """Read once, it is read the same again."""
    assert clock_time(clock_time(text)) == clock_time(text)
