"""Letters: their words, in plain text and HTML. Whatever a stranger typed stands in them as one inert line."""

import re
import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from uuid import UUID

import msgspec

WIDTH = 72
MAX_QUOTED = 80  # enough to know one's organisation by, too little for a message of somebody else's
# Why a letter was written, as its row says.
CONFIRM_SIGNATURE, CONFIRM_CHAMPION = "confirm-signature", "confirm-champion"
# What every letter ends with. An answer would reach nobody, and a cry for help must not be sent there.
UNANSWERED = (
    "Nobody reads answers to this address. It is not for reporting a crime: in danger call 999, and if you cannot "
    "speak press 55 when asked."
)


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file that goes with a letter; `media_type` may carry parameters."""

    name: str
    media_type: str
    content: bytes


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One letter to one address; `id` makes a second sending of the same letter recognisable."""

    id: UUID
    written_at: datetime
    to: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What every letter has: its id, its time, its recipient."""

    id: UUID
    written_at: datetime
    to: str


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """What a letter asks to have confirmed, and how: the page at `page` takes the token after # or pasted."""

    organisation: str
    reference: str
    page: str
    token: str
    confirm_by: date


@dataclass(frozen=True)
class Link:
    """An address on a line of its own in plain text, a button with `label` in HTML. Only ever ours."""

    label: str
    address: str


@dataclass(frozen=True)
class Code:
    """Something to be copied, alone on its line."""

    text: str


@dataclass(frozen=True)
class Points:
    """A list, a sentence a point."""

    sentences: Sequence[str]


@dataclass(frozen=True)
class Message:
    """What a person wrote, in her own lines, set apart from our words and inert."""

    text: str


Part = str | Link | Code | Points | Message  # a plain str is a paragraph


def letter_to_signatory(envelope: Envelope, asked: Invitation, *, is_champion: bool) -> Letter:
    """Asks whoever signed to confirm it; as champion too, where she named herself."""
    champion = "You also named yourself its champion; one confirmation serves for both." if is_champion else ""
    return compose(
        envelope,
        f"Confirm your signature of the Women's Night Safety Charter ({asked.reference})",
        "Hello,",
        f"Somebody signed the Women's Night Safety Charter for {quoted(asked.organisation)} and gave this address. "
        f"The reference is {asked.reference}. {champion}".rstrip(),
        f"If that was you, please confirm it by {long_date(asked.confirm_by)}:",
        *to_follow(asked.page, asked.token, label="Confirm the signature"),
        "If it was not you, do nothing: an unconfirmed signature is deleted after 30 days, and so is this address.",
        why="this address was given when an organisation signed the charter.",
    )


def letter_to_champion(envelope: Envelope, asked: Invitation) -> Letter:
    """Asks whoever was named champion whether she takes the role."""
    return compose(
        envelope,
        f"You were named champion for the Women's Night Safety Charter ({asked.reference})",
        "Hello,",
        f"{quoted(asked.organisation)} signed the Women's Night Safety Charter and named you as the champion who "
        f"promotes women's night safety there. The reference is {asked.reference}. Your name and address are "
        "never made public.",
        f"If you take the role, please confirm it by {long_date(asked.confirm_by)}:",
        *to_follow(asked.page, asked.token, label="Take the role"),
        "If you do not, do nothing, or tell whoever signs for the organisation to name somebody else.",
        why="an organisation named you its champion and gave this address.",
    )


def compose(
    envelope: Envelope, subject: str, *parts: Part, why: str, attachments: tuple[Attachment, ...] = ()
) -> Letter:
    """A letter of these parts in plain text and in HTML; `why` ends "You get this letter because ...".

    Whatever somebody else typed comes in through quoted() or Message; the subject and `why` are our words alone.
    """
    ending = [f"You get this letter because {why}", UNANSWERED]
    return Letter(
        id=envelope.id,
        written_at=envelope.written_at,
        to=envelope.to,
        subject=subject,
        text="\n\n".join([*map(_as_text, parts), "-- ", *map(_filled, ending)]) + "\n",
        html=_page(subject, [*map(_as_html, parts)], ending),
        attachments=attachments,
    )


def to_follow(page: str, token: str, *, label: str) -> tuple[Part, ...]:
    """A link that carries its one-use token, and how to go without it."""
    # After # the token reaches no server and no log; without JavaScript it is pasted, so it stands alone too.
    paste = f"If the link does not open, go to {page} and paste this code:"
    return Link(label, f"{page}#{token}"), paste, Code(token)


def quoted(name: str) -> str:
    """A name as part of a sentence: one line of visible characters, in quotes, cut where it is long.

    >>> quoted("The Lamb\\r\\nBcc: x")
    '"The Lamb Bcc: x"'
    """
    line = inert(name)
    # Straight quotes keep a letter in ASCII, and with it the link in one piece in the raw mail.
    return f'"{line if len(line) <= MAX_QUOTED else line[: MAX_QUOTED - 3] + "..."}"'


def inert(text: str) -> str:
    """The text as one line of visible characters in which no mail program finds a link.

    >>> inert("see\\u202e www.x.example or http://y.example")
    'see www x.example or http: //y.example'
    """
    visible = "".join(" " if unicodedata.category(letter) in UNSEEN else letter for letter in text)
    line = " ".join(visible.split())
    # Mail programs turn addresses into links by themselves; a space takes the bait away.
    return re.sub(r"www\.", "www ", line.replace("://", ": //"), flags=re.IGNORECASE)


def long_date(day: date) -> str:
    """The day as letters write it, such as 3 March 2027."""
    return f"{day.day} {day:%B %Y}"


# Controls, format characters (which turn text round or hide it), lone surrogates, and separators of lines.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def _as_text(part: Part) -> str:
    match part:
        case Link(_, address):
            return address
        case Code(text):
            return text
        case Points(sentences):
            return "\n".join(_filled(sentence, first="- ", then="  ") for sentence in sentences)
        case Message(text):
            return "\n".join(_filled(inert(line), first="  ", then="  ") for line in text.splitlines())
        case _:
            return _filled(part)


def _filled(paragraph: str, *, first: str = "", then: str = "") -> str:
    """Filled to WIDTH; a link or a code is one word and stays whole."""
    return textwrap.fill(
        paragraph,
        WIDTH,
        initial_indent=first,
        subsequent_indent=then,
        break_long_words=False,
        break_on_hyphens=False,
    )


# Mail programs drop style sheets more often than not: the look stands on each element, and the sheet, where it is
# kept, only turns it dark. The button keeps its own ground, so that it reads on either.
DARK = (
    ":root{color-scheme:light dark}@media (prefers-color-scheme:dark){"
    ".ns-ground{background:#17122b!important}.ns-sheet{background:#221b3d!important;color:#f4f2f9!important}"
    ".ns-small{color:#c9c1e6!important}.ns-box{background:#2f2754!important}}"
)
GROUND = "margin:0;padding:24px 12px;background:#f4f2f9"
SHEET = (
    "max-width:600px;margin:0 auto;background:#ffffff;color:#0b0c0c;border-radius:4px;overflow:hidden;"
    "font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.5"
)
BAND = "padding:14px 24px;background:#2b1f52;border-bottom:6px solid #ffd866;color:#ffffff;font-weight:bold"
BODY = "padding:8px 24px 20px"
HEADING = "margin:16px 0;font-size:22px;line-height:1.3"
PARAGRAPH = "margin:0 0 16px"
BUTTON = (
    "display:inline-block;padding:12px 20px;background:#4a2f8f;border-radius:3px;color:#ffffff;font-weight:bold;"
    "text-decoration:none"
)
BOX = "margin:0 0 16px;padding:12px 16px;background:#f4f2f9;border-left:5px solid #4a2f8f;overflow-wrap:anywhere"
SMALL = "margin:0 0 8px;color:#484949;font-size:14px"


def _as_html(part: Part) -> str:
    match part:
        case Link(label, address):
            return f'<p style="{PARAGRAPH}"><a href="{escape(address)}" style="{BUTTON}">{escape(label)}</a></p>'
        case Code(text):
            return f'<p class="ns-box" style="{BOX}"><code>{escape(text)}</code></p>'
        case Points(sentences):
            points = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
            return f'<ul style="{PARAGRAPH}">{points}</ul>'
        case Message(text):
            lines = "<br>".join(escape(inert(line)) for line in text.splitlines())
            return f'<p class="ns-box" style="{BOX}">{lines}</p>'
        case _:
            return f'<p style="{PARAGRAPH}">{escape(part)}</p>'


def _page(title: str, marked: Sequence[str], ending: Sequence[str]) -> str:
    """The whole HTML letter; `marked` is escaped already. Nothing in it is fetched from anywhere."""
    small = "\n".join(f'<p class="ns-small" style="{SMALL}">{escape(sentence)}</p>' for sentence in ending)
    body = "\n".join([f'<h1 style="{HEADING}">{escape(title)}</h1>', *marked, "<hr>", small])
    return (
        '<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n<style>{DARK}</style></head>\n"
        f'<body class="ns-ground" style="{GROUND}">\n<div class="ns-sheet" style="{SHEET}">\n'
        f'<div style="{BAND}">Night Safety</div>\n<div style="{BODY}">\n{body}\n</div>\n</div>\n</body></html>\n'
    )
