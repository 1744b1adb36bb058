"""The postman: letters reach a mail server or a folder whole, or stay ours with a reason that names nobody."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from api.postman import (
    FolderPostman,
    Letter,
    LetterRefused,
    NotSent,
    ServerDown,
    SmtpPostman,
    as_message,
    postman_for,
)
from api.settings import BadSetting
from charter.letters import Attachment, quoted
from tests.journeys.server import free_port

WRITTEN_AT = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def letter(text: str = "Hello,\n\nhttps://night-safety.example/charter/confirm#code\n", **changes: Any) -> Letter:
    """A letter that says so."""
    html = "<!doctype html>\n<p>Hello</p>\n"
    said = {"to": "ama@lamb.example", "subject": "Confirm (WNSC-2026-00042)", "text": text, "html": html, **changes}
    return Letter(id=UUID(int=7), written_at=WRITTEN_AT, **said)


def read(content: bytes) -> EmailMessage:
    """A mail as its reader's program parses it."""
    return message_from_bytes(content, policy=default)


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    """The words of one of its faces, with lines as we write them."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


class MailServer:
    """A mail server that answers each step as it is told, and keeps what it takes."""

    def __init__(self, **answers: str) -> None:
        self.answers, self.taken = answers, list[EmailMessage]()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        """Whether the recipient is taken."""
        answer = self.answers.get("rcpt", "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Whether the letter is taken."""
        answer = self.answers.get("data", "250 OK")
        if answer.startswith("250"):
            self.taken.append(read(envelope.content))
        return answer


@contextmanager
def serving(server: MailServer, **options: Any) -> Iterator[str]:
    """The server listens at the address that is given."""
    controller = Controller(server, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield f"127.0.0.1:{controller.port}"
    finally:
        controller.stop()


@pytest.mark.parametrize("to", ["ama@lamb.example", "o'neill+night@pub.london"])
async def test_a_letter_reaches_a_mail_server(to: str) -> None:
    """From the address of the setting, in plain text and HTML, marked as written by a program."""
    server = MailServer()
    with serving(server) as address:
        await postman_for(f"smtp://{address}?from=night@safety.example").send(letter(to=to))
    (mail,) = server.taken

    assert (mail["To"], mail["From"]) == (to, "Night Safety <night@safety.example>")
    assert (mail["Message-ID"], mail["Auto-Submitted"]) == (f"<{UUID(int=7)}@safety.example>", "auto-generated")
    assert (text_of(mail), text_of(mail, "html")) == (letter().text, letter().html)


@pytest.mark.parametrize(
    ("answers", "category", "for_good"),
    [
        ({"rcpt": "550 no such user ama@lamb.example"}, "recipient-refused", True),
        ({"rcpt": "450 greylisted ama@lamb.example"}, "recipient-not-now", False),
        ({"data": "554 looks like spam for ama@lamb.example"}, "letter-refused", False),
    ],
)
async def test_a_refused_letter_says_why_without_the_address(
    answers: dict[str, str], category: str, for_good: bool
) -> None:
    """Only a recipient who is refused for good is given up."""
    with serving(MailServer(**answers)) as address, pytest.raises(LetterRefused) as refused:
        await postman_for(f"smtp://{address}?from=n@s.example").send(letter())

    assert (refused.value.category, refused.value.for_good) == (category, for_good)
    assert "ama" not in repr(refused.value) + repr(refused.value.__cause__)


async def test_a_dead_server_is_down() -> None:
    """Nothing listens there."""
    with pytest.raises(ServerDown) as down:
        await postman_for(f"smtp://127.0.0.1:{free_port()}?from=n@s.example").send(letter())

    assert down.value.category == "server-unreachable"


async def test_a_silent_server_is_given_up_in_time() -> None:
    """It takes the connection and never says a word."""
    port = free_port()
    async with await asyncio.start_server(lambda reader, writer: asyncio.sleep(9), "127.0.0.1", port):
        silent = SmtpPostman(urlsplit(f"smtp://127.0.0.1:{port}?from=n@s.example"), timeout_s=0.1)
        with pytest.raises(ServerDown) as down:
            await asyncio.wait_for(silent.send(letter()), 3)

    assert down.value.category == "server-unreachable"


async def test_a_password_never_goes_in_clear() -> None:
    """A server that offers no TLS is told neither the password nor the letter."""
    server = MailServer()
    with serving(server) as address, pytest.raises(NotSent):
        await postman_for(f"smtp://user:secret@{address}?from=n@s.example").send(letter())

    assert server.taken == []


def own_certificate(tmp_path: Path) -> ssl.SSLContext:
    """TLS with a certificate that nobody else has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem = dated.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    (tmp_path / "server.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *private) + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    return context


async def test_an_impostor_with_tls_gets_nothing(tmp_path: Path) -> None:
    """A certificate that nobody vouches for ends the attempt before the password."""
    server = MailServer()
    with serving(server, tls_context=own_certificate(tmp_path)) as address, pytest.raises(ServerDown):
        await postman_for(f"smtp://user:secret@{address}?from=n@s.example").send(letter())

    assert server.taken == []


async def test_a_folder_takes_letters_in_their_order(tmp_path: Path) -> None:
    """One file each, named by time and id, readable by nobody else; the same letter twice is one file."""
    postman = postman_for(f"folder:{tmp_path / 'new' / 'outbox'}")
    for one in (letter(), letter(), letter(text="Later")):
        await postman.send(one)
    (file,) = (tmp_path / "new" / "outbox").iterdir()

    assert file.name == f"20261025T003000000000Z-{UUID(int=7)}.eml"
    assert text_of(read(file.read_bytes())).strip() == "Later"
    assert file.stat().st_mode & 0o077 == 0


def test_what_goes_with_a_letter_stands_beside_both_of_its_faces() -> None:
    """multipart/mixed of the alternatives and each file, with its name, its kind and every byte."""
    calendar = Attachment(
        name="due.ics", media_type="text/calendar; method=PUBLISH; charset=utf-8", content=b"B\r\n\xff"
    )
    mail = read(as_message(letter(attachments=(calendar,)), "n@s.example").as_bytes())
    faces, file = mail.iter_parts()

    assert mail.get_content_type() == "multipart/mixed" and faces.get_content_type() == "multipart/alternative"
    assert [face.get_content_type() for face in faces.iter_parts()] == ["text/plain", "text/html"]
    assert (file.get_filename(), file.get_content_disposition()) == ("due.ics", "attachment")
    assert (file.get_content_type(), file["Content-Type"].params["method"]) == ("text/calendar", "PUBLISH")
    assert file.get_payload(decode=True) == b"B\r\n\xff"


async def test_a_link_stands_in_the_file_as_it_was_written(tmp_path: Path) -> None:
    """However long: whoever opens the file of a trial can copy it."""
    link = f"https://night-safety.example/{'x' * 200}/charter/confirm#{'y' * 43}"
    await FolderPostman(tmp_path).send(letter(text=f"Hello\n\n{link}\n"))
    (file,) = tmp_path.iterdir()

    assert link.encode() in file.read_bytes()


async def test_a_folder_that_cannot_be_written_is_down(tmp_path: Path) -> None:
    """A file is where the folder should be."""
    (tmp_path / "outbox").write_text("not a folder")

    with pytest.raises(ServerDown):
        await FolderPostman(tmp_path / "outbox").send(letter())


@given(st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]), max_size=200))
def test_words_survive_the_post(words: str) -> None:
    """Whatever they are: what is not plain is encoded, and read back as it was."""
    text = f"Hello {quoted(words)}\n\nhttps://night-safety.example/charter/confirm#code\n"
    mail = read(as_message(letter(text=text), "n@s.example").as_bytes())

    assert text_of(mail) == text


@pytest.mark.parametrize(
    ("mail", "port", "user"),
    [
        ("smtp://mail.example", 25, ""),
        ("smtp://mail.example:2525", 2525, ""),
        ("smtp://us%40er:p%2Fw@mail.example", 587, "us@er"),
        ("smtps://user:pw@mail.example", 465, "user"),
    ],
)
def test_a_mail_servers_address_is_read(mail: str, port: int, user: str) -> None:
    """With the usual ports, and what is escaped in it."""
    postman = postman_for(mail)

    assert isinstance(postman, SmtpPostman)
    assert (postman.host, postman.port, postman.user, postman.sender) == (
        "mail.example",
        port,
        user,
        "no-reply@mail.example",
    )


@pytest.mark.parametrize(
    "mail", ["smtp://", "smtp://h:99999", "smtp://h?from=nobody", "ftp://h", "smtp://u:secret@[::"]
)
def test_an_address_that_no_letter_could_go_by_is_refused(mail: str) -> None:
    """At the start, in a sentence that repeats no password."""
    with pytest.raises(BadSetting, match="NIGHT_SAFETY_MAIL") as refused:
        postman_for(mail)

    assert "secret" not in str(refused.value)
