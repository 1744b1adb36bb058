"""`night-safety letters preview` and `status`."""

from email.policy import SMTP
from pathlib import Path

import click

from api.cli.letters.samples import ENVELOPE, LETTERS
from api.cli.terminal import fail, json_option, now, say, working
from api.postman import as_message
from charter.letters import Letter
from charter.outbox import letters_waiting

SENDER = "no-reply@night-safety.example"


@click.group()
def letters() -> None:
    """Read the letters that the service writes, and see how those that wait are faring."""


@letters.command()
@click.argument("kind", required=False, type=click.Choice(list(LETTERS)), metavar="[KIND]")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write .txt, .html, .eml and attachments into this folder.",
)
@json_option
def preview(kind: str | None, out: Path | None, as_json: bool) -> None:
    """List the kinds of letters, or show one, as made-up people would get it.

    With --out, write that kind, or every kind, as files. Needs no database and sends nothing.
    """
    chosen = {name: LETTERS[name](ENVELOPE) for name in ([kind] if kind else LETTERS)}
    if out is not None:
        _write_all(chosen, out, as_json=as_json)
    elif as_json:
        say("", as_json=True, letters=[{"kind": name, **_faces(letter)} for name, letter in chosen.items()])
    elif kind:
        say(f"Subject: {chosen[kind].subject}\n\n{chosen[kind].text}")
    else:
        say("\n".join(f"{name:20} {letter.subject}" for name, letter in chosen.items()))


@letters.command()
@json_option
@working
async def status(as_json: bool) -> None:
    """Say how many letters wait, since when the oldest does, and why the last attempts failed. Names nobody."""
    waiting = await letters_waiting()
    words = "No letter waits."
    if waiting.oldest is not None:
        hours = (now() - waiting.oldest).total_seconds() / 3600
        words = f"{waiting.count} letters wait, the oldest for {hours:.1f} hours."
    lines = [f"{count} of them failed last time: {failure}." for failure, count in waiting.failures.items()]
    lines += [f"{count} were given up: {failure}." for failure, count in waiting.given_up.items()]
    facts = {"waiting": waiting.count, "oldest": waiting.oldest, "failures": waiting.failures}
    say("\n".join([words, *lines]), as_json=as_json, **facts, given_up=waiting.given_up)


def _faces(letter: Letter) -> dict[str, object]:
    files = [attachment.name for attachment in letter.attachments]
    return {"subject": letter.subject, "text": letter.text, "html": letter.html, "attachments": files}


def _write_all(chosen: dict[str, Letter], out: Path, *, as_json: bool) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        files = [file for kind, letter in chosen.items() for file in _write(kind, letter, out)]
    except OSError as fault:
        fail(fault)
    say(f"Wrote {len(files)} files of {len(chosen)} letters to {out}.", as_json=as_json, files=files)


def _write(kind: str, letter: Letter, out: Path) -> list[str]:
    written = {
        f"{kind}.txt": f"Subject: {letter.subject}\n\n{letter.text}".encode(),
        f"{kind}.html": letter.html.encode(),
        f"{kind}.eml": as_message(letter, SENDER).as_bytes(policy=SMTP),
        **{f"{kind}.{attachment.name}": attachment.content for attachment in letter.attachments},
    }
    for name, content in written.items():
        (out / name).write_bytes(content)
    return list(written)
