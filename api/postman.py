"""The postman: takes one letter to a mail server, or into a folder as one .eml file."""

import asyncio
import os
import ssl
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import aiosmtplib

from api.settings import LOOPBACK, PREFIX, BadSetting
from charter.letters import Attachment, Letter

__all__ = ["FolderPostman", "Letter", "LetterRefused", "NotSent", "Postman", "ServerDown", "SmtpPostman", "postman_for"]

TIMEOUT_S = 30.0
DEFAULT_PORTS = {"smtp": 25, "smtps": 465}
SUBMISSION_PORT = 587  # where a user name is expected (RFC 6409)
SEVEN_BITS_LINE = 998  # RFC 5322, section 2.1.1


class NotSent(Exception):
    """The letter is still ours; `category` says why, and names nobody."""

    def __init__(self, category: str) -> None:
        super().__init__(category)
        self.category = category


class ServerDown(NotSent):
    """Nothing can be sent just now: the next letter would fare no better."""


class LetterRefused(NotSent):
    """This letter was not taken; others may be. `for_good`: its recipient does not exist."""

    def __init__(self, category: str, *, for_good: bool = False) -> None:
        super().__init__(category)
        self.for_good = for_good


class Postman(Protocol):
    """Whoever takes letters."""

    async def send(self, letter: Letter) -> None:
        """Take one letter and keep it safe before returning. Raises NotSent."""
        ...


class FolderPostman:
    """Writes each letter as one file, whole or not at all; the same letter twice is one file."""

    def __init__(self, folder: Path, *, sender: str = "no-reply@night-safety.invalid") -> None:
        self.folder, self.sender = folder, sender

    async def send(self, letter: Letter) -> None:
        """Write the letter. Raises ServerDown."""
        name = f"{letter.written_at:%Y%m%dT%H%M%S%fZ}-{letter.id}.eml"
        try:
            await asyncio.to_thread(_write, self.folder, name, as_message(letter, self.sender).as_bytes(policy=SMTP))
        except OSError:
            raise ServerDown("folder-not-writable") from None


class SmtpPostman:
    """Hands each letter to a mail server at `address`, smtp:// or smtps://, within TIMEOUT_S for each step."""

    def __init__(self, address: SplitResult, *, timeout_s: float = TIMEOUT_S) -> None:
        """Raises ValueError, KeyError or HeaderParseError for an address that no letter could be sent by."""
        if not address.hostname:
            raise ValueError("a mail server has a name")
        self.host, self.user = address.hostname, unquote(address.username or "")
        self.password = unquote(address.password or "")
        self.tls_at_once = address.scheme == "smtps"
        # With a user name it is a submission server, which listens elsewhere than a relay.
        usual = SUBMISSION_PORT if self.user and not self.tls_at_once else DEFAULT_PORTS[address.scheme]
        self.port = address.port or usual
        self.sender = parse_qs(address.query).get("from", [f"no-reply@{self.host}"])[0]
        Address(addr_spec=self.sender)
        self.timeout_s = timeout_s

    async def send(self, letter: Letter) -> None:
        """Send the letter. Raises ServerDown, LetterRefused."""
        try:
            await aiosmtplib.send(
                as_message(letter, self.sender),
                hostname=self.host,
                port=self.port,
                username=self.user or None,
                password=self.password or None,
                use_tls=self.tls_at_once,
                start_tls=self._start_tls(),
                timeout=self.timeout_s,
            )
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as error:
            raise not_sent(error) from None  # what the library says may hold the address

    def _start_tls(self) -> bool | None:
        """A password never goes in clear. A relay on this machine often has a certificate that nobody signed."""
        if self.tls_at_once or (self.host in LOOPBACK and not self.user):
            return False
        return True if self.user else None


def postman_for(mail: str) -> Postman:
    """The postman that the setting NIGHT_SAFETY_MAIL names: folder:PATH or smtp://user:password@host:port?from=ADDRESS.

    Raises BadSetting.
    """
    if mail.startswith("folder:"):
        return FolderPostman(Path(mail.removeprefix("folder:")))
    try:
        return SmtpPostman(urlsplit(mail))
    except (ValueError, KeyError, HeaderParseError):
        # The setting holds a password, so the message does not repeat it.
        raise BadSetting(f"{PREFIX}MAIL must be folder:PATH or smtp://user:password@host:port?from=ADDRESS.") from None


def not_sent(error: Exception) -> NotSent:
    """A library's error as one of ours: whom it concerns and why, without any address."""
    # A letter has one recipient. A 5xx about her is for good (RFC 5321, section 4.2.1), a 4xx is greylisting.
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        codes = [refused.code for refused in error.recipients]
        gone = bool(codes) and all(500 <= code < 600 for code in codes)
        return LetterRefused("recipient-refused" if gone else "recipient-not-now", for_good=gone)
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return ServerDown("login-refused")
    if isinstance(error, aiosmtplib.SMTPSenderRefused):
        return ServerDown("sender-refused")
    if isinstance(error, aiosmtplib.SMTPDataError | aiosmtplib.SMTPNotSupported):
        return LetterRefused("letter-refused")
    if isinstance(error, ssl.SSLError):
        return ServerDown("tls-failed")
    return ServerDown("server-unreachable")


def as_message(letter: Letter, sender: str) -> EmailMessage:
    """The letter as mail: plain text, HTML as its alternative, then what goes with both; its id makes a second sending
    recognisable.
    """
    message = EmailMessage()
    message["From"] = Address("Night Safety", addr_spec=sender)
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
    message.set_content(letter.text, cte=_encoding(letter.text))
    message.add_alternative(letter.html, subtype="html", cte=_encoding(letter.html))
    for attachment in letter.attachments:
        _attach(message, attachment)
    return message


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    kind, *parameters = attachment.media_type.split(";")
    main, _, sub = kind.partition("/")
    named = dict(parameter.strip().split("=", 1) for parameter in parameters)
    message.add_attachment(attachment.content, maintype=main, subtype=sub, filename=attachment.name, params=named)


def _encoding(text: str) -> str:
    """Plain where it can be, so that a link stands in the file as it was written."""
    plain = text.isascii() and all(len(line) <= SEVEN_BITS_LINE for line in text.splitlines())
    return "7bit" if plain else "quoted-printable"


def _write(folder: Path, name: str, content: bytes) -> None:
    """Temporary file, fsync, rename, fsync of the folder: a power cut leaves the letter whole, or not there."""
    folder.mkdir(parents=True, exist_ok=True)
    # Hidden, so that whoever reads *.eml meanwhile never meets half a letter.
    temporary = folder / f".{name}.part"
    descriptor = os.open(temporary, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(folder / name)
    # The rename itself is durable only once the folder is.
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
