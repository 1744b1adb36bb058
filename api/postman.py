"""Letters leave here: by SMTP, or into a folder of .eml files."""

import asyncio
import os
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib

SENDER = Address("Night Safety", "no-reply", "night-safety.invalid")
TIMEOUT_S = 20.0


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A letter as it leaves: to one address, in plain text and HTML; `id` makes its Message-ID and file name."""

    id: str
    to: str
    subject: str
    text: str
    html: str
    written_at: datetime


class Postman(Protocol):
    """Whoever takes letters out of the house."""

    async def send(self, letter: Letter) -> None:
        """Hand over one letter durably, or raise OSError or aiosmtplib.SMTPException."""


class FolderPostman:
    """Writes each letter as one .eml file, for trials and for tests that read letters."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def send(self, letter: Letter) -> None:
        """Write the file under its final name only when it is whole."""
        await asyncio.to_thread(self._write, letter)

    def _write(self, letter: Letter) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{letter.written_at:%Y%m%dT%H%M%S}-{letter.id}"
        part = self.folder / f"{name}.part"
        with part.open("wb") as file:
            file.write(message_of(letter).as_bytes())
            file.flush()
            os.fsync(file.fileno())
        part.rename(self.folder / f"{name}.eml")


class SmtpPostman:
    """Hands letters to a mail server: smtp:// with STARTTLS where it is offered, smtps:// with TLS from the start."""

    def __init__(self, url: str) -> None:
        self.url = urlsplit(url)

    async def send(self, letter: Letter) -> None:
        """One connection a letter; letters are few."""
        await aiosmtplib.send(
            message_of(letter),
            hostname=self.url.hostname,
            port=self.url.port,
            username=unquote(self.url.username) if self.url.username else None,
            password=unquote(self.url.password) if self.url.password else None,
            use_tls=self.url.scheme == "smtps",
            timeout=TIMEOUT_S,
        )


def postman_for(setting: str) -> Postman:
    """The postman that NIGHT_SAFETY_MAIL names: `folder:<path>`, `smtp://` or `smtps://`."""
    kind, _, path = setting.partition(":")
    return FolderPostman(Path(path)) if kind == "folder" else SmtpPostman(setting)


def message_of(letter: Letter) -> EmailMessage:
    """The letter as an e-mail with two faces, plain text first."""
    message = EmailMessage(policy=SMTP.clone(cte_type="8bit"))
    message["From"] = SENDER
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = letter.written_at
    message["Message-ID"] = f"<{letter.id}@night-safety.invalid>"
    message.set_content(letter.text, cte="8bit")
    message.add_alternative(letter.html, subtype="html", cte="8bit")
    return message
