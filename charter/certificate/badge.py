"""The badge: a small SVG whose words are the state of the signature today, wherever it is embedded."""

import re
from dataclasses import dataclass
from html import escape

from charter.letters import long_date
from charter.queries import Entry

# Wide enough for the longest line in the widest font that a machine without arial may take.
WIDTH, HEIGHT = 350, 80
FONTS = "Atkinson Hyperlegible, arial, Liberation Sans, DejaVu Sans, sans-serif"
NIGHT, MOON, WHITE, QUIET = "#2b1f52", "#ffd866", "#ffffff", "#5b5569"
# What no XML can hold (XML 1.0, section 2.2): one such letter in a name would break the whole picture.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
HEXAGON = "M40 12L64.2 26V54L40 68L15.8 54V26Z"
TICK = '<path d="M28 41l9 9 16-19" fill="none" stroke="{}" stroke-width="6" stroke-linecap="round"/>'
DASH = '<path d="M29 40h22" fill="none" stroke="{}" stroke-width="6" stroke-linecap="round"/>'


@dataclass(frozen=True)
class Told:
    """What a badge says: of whom, in two lines, and whether the charter is kept."""

    name: str
    lines: tuple[str, str]
    kept: bool

    @property
    def in_words(self) -> str:
        """The whole badge for whoever does not see it."""
        return f"Women’s Night Safety Charter, {self.name}: {'. '.join(line for line in self.lines if line)}."


def told(entry: Entry) -> Told:
    """What is true of a signatory today; a state that the public never sees has no badge, for it has no entry."""
    confirmed = long_date(entry.last_confirmed_on) if entry.last_confirmed_on else ""
    signed = f"Member since {long_date(entry.signed_on)}" if entry.signed_on else ""
    match entry.state:
        case "active":
            return Told(entry.name, (signed, f"Last confirmed {confirmed}"), kept=True)
        case "review_due":
            return Told(entry.name, (f"Last confirmed {confirmed}", "Yearly review due"), kept=True)
        case "lapsed":
            return Told(entry.name, ("This signature has lapsed", f"Not confirmed since {confirmed}"), kept=False)
    return Told(entry.name, ("This signature was withdrawn", "No longer a member"), kept=False)


def badge(told: Told) -> str:
    """The badge as SVG; text alone, so that a name stays a name wherever the picture is opened."""
    ground, ink = (NIGHT, WHITE) if told.kept else (WHITE, QUIET)
    edge = f' stroke="{QUIET}" stroke-width="2" stroke-dasharray="6 4"' if not told.kept else ""
    mark = TICK.format(NIGHT) if told.kept else DASH.format(WHITE)
    words = escape(UNPRINTABLE.sub("\ufffd", told.in_words))
    first, second = map(escape, told.lines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'role="img" aria-labelledby="badge-title"><title id="badge-title">{words}</title>'
        f'<rect x="1" y="1" width="{WIDTH - 2}" height="{HEIGHT - 2}" rx="8" fill="{ground}"{edge}/>'
        f'<path d="{HEXAGON}" fill="{MOON if told.kept else QUIET}"/>{mark}'
        f'<g font-family="{FONTS}" fill="{ink}"><text x="78" y="29" font-size="13" font-weight="700">'
        f'Women’s Night Safety Charter</text><text x="78" y="48" font-size="11.5">{first}</text>'
        f'<text x="78" y="65" font-size="11.5">{second}</text></g></svg>\n'
    )
