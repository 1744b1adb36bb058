"""The 33 authorities of London: names and GSS codes that the product knows without any import."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Authority:
    """A London borough, or the City: GSS code, name, and whether it is of Inner London (ONS)."""

    gss: str
    name: str
    inner: bool


# In the order of their codes, E09000001 to E09000033. The asterisk marks Inner London as the ONS draws it, with
# Haringey and Newham and without Greenwich.
_NAMES = (
    "City of London*, Barking and Dagenham, Barnet, Bexley, Brent, Bromley, Camden*, Croydon, Ealing, Enfield, "
    "Greenwich, Hackney*, Hammersmith and Fulham*, Haringey*, Harrow, Havering, Hillingdon, Hounslow, Islington*, "
    "Kensington and Chelsea*, Kingston upon Thames, Lambeth*, Lewisham*, Merton, Newham*, Redbridge, "
    "Richmond upon Thames, Southwark*, Sutton, Tower Hamlets*, Waltham Forest, Wandsworth*, Westminster*"
)

AUTHORITIES: tuple[Authority, ...] = tuple(
    Authority(gss=f"E09{number:06d}", name=name.rstrip("*"), inner=name.endswith("*"))
    for number, name in enumerate(_NAMES.split(", "), start=1)
)

# What publishers write beside the name: "CITY OF WESTMINSTER", "City And County Of The City Of London",
# "Royal Borough of Kensington & Chelsea", "Richmond" (the planning authority), "London Borough of Brent".
_TITLES = re.compile(
    r"^(?:the )?(?:london borough of |royal borough of |city and county of the )?(?:city of (?=westminster))?"
)
_SHORT = {"city": "city of london", "richmond": "richmond upon thames", "kingston": "kingston upon thames"}
_BY_GSS = {authority.gss: authority for authority in AUTHORITIES}
_BY_NAME = {authority.name.casefold(): authority for authority in AUTHORITIES}


def authority(gss: str) -> Authority | None:
    """The authority of that GSS code, or None.

    >>> authority("E09000022").name
    'Lambeth'
    """
    return _BY_GSS.get(gss)


def authority_named(name: str) -> Authority | None:
    """The authority that a publisher means by `name`, whatever its case, ampersand or title; None if unknown.

    >>> authority_named("CITY OF WESTMINSTER").gss, authority_named("Barking & Dagenham").gss
    ('E09000033', 'E09000002')
    """
    plain = _TITLES.sub("", " ".join(name.casefold().replace("&", " and ").split()))
    return _BY_NAME.get(_SHORT.get(plain, plain))


def authority_meant(text: str) -> Authority | None:
    """The authority given by code or by name; None for blank or unknown text."""
    return authority(text.strip().upper()) or authority_named(text)
