"""Likeness: what stays the same when one organisation writes its name, place or web address in two ways."""

import re
from urllib.parse import urlsplit

from geo.places.queries import folded

MAX_LIKENESS = 200  # bytes of an index entry are few, and names that agree so far are alike
# How companies end their names; what they are in law is no part of what they are called.
COMPANY = re.compile(
    r"ltd|limited|plc|llp|lp|llc|inc|incorporated|co|company|corp|corporation|group|holdings|cic|cio|uk"
)
# As Royal Mail's and people's abbreviations have it; "st" before a name may be a saint, who loses nothing by it.
STREETS = {
    "st": "street",
    "str": "street",
    "rd": "road",
    "ave": "avenue",
    "av": "avenue",
    "ln": "lane",
    "sq": "square",
    "pl": "place",
    "ct": "court",
    "cres": "crescent",
    "gdns": "gardens",
    "tce": "terrace",
    "terr": "terrace",
    "hse": "house",
    "bldg": "building",
    "bldgs": "buildings",
    "gd": "ground",
    "flr": "floor",
    "no": "",
}
# Hosts that many organisations share: the same one says nothing.
SHARED_HOSTS = (
    "facebook.com, m.facebook.com, instagram.com, twitter.com, x.com, tiktok.com, linkedin.com, linktr.ee, "
    "youtube.com, sites.google.com, google.com, goo.gl, bit.ly, wordpress.com, wixsite.com, eventbrite.co.uk, "
    "designmynight.com, tripadvisor.co.uk, opentable.co.uk, gov.uk, nhs.uk"
)
APOSTROPHES = re.compile(r"['`´ʼ‘’]")
AND = re.compile(r"[&+]| n ")
NOT_A_WORD = re.compile(r"[\W_]+")


def likeness(name: str) -> str:
    """A name without case, accents, punctuation, a leading "the", and what companies end in; "&" is "and".

    What is left of nothing but such words is the name itself, so that no two strangers are alike in nothing.

    >>> likeness("The Café Royal & Co. Ltd"), likeness("CAFE ROYAL AND CO"), likeness("O’Neill's")
    ('cafe royal', 'cafe royal', 'oneills')
    """
    words = _words(AND.sub(" and ", folded(name)))
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    while len(words) > 1 and COMPANY.fullmatch(words[-1]):
        words.pop()
        # "Shepherd & Co": the "and" joined nothing but the ending.
        if len(words) > 1 and words[-1] == "and":
            words.pop()
    return (" ".join(words) or " ".join(folded(name).split()) or name.strip())[:MAX_LIKENESS]


def place_likeness(address: str, postcode: str) -> str:
    """A place by its address and postcode, whatever its case, punctuation and abbreviations.

    >>> place_likeness("1, Example St.", "se11aa") == place_likeness("1 EXAMPLE STREET", "SE1 1AA")
    True
    """
    words = (STREETS.get(word, word) for word in _words(folded(address)))
    # A postcode is one word here: what stands before the bar can never be taken for a part of it.
    return f"{''.join(postcode.split()).casefold()}|{' '.join(word for word in words if word)}"


def site_of(website: str | None) -> str | None:
    """The host of a web address without `www.`; None where there is none, or where many organisations share it.

    >>> site_of("https://www.Lamb.example/menu"), site_of("https://facebook.com/thelamb"), site_of(None)
    ('lamb.example', None, None)
    """
    if website is None:
        return None
    try:
        host = (urlsplit(website).hostname or "").removeprefix("www.").rstrip(".")
    except ValueError:
        return None
    return None if host in SHARED_HOSTS.split(", ") else host[:MAX_LIKENESS] or None


def _words(text: str) -> list[str]:
    return NOT_A_WORD.sub(" ", APOSTROPHES.sub("", text)).split()
