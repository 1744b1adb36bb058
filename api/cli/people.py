"""`night-safety people`: the scheme's staff, and among them the first administrator."""

from uuid import uuid4

import click
from rich.markup import escape
from rich.table import Table

from api.cli.terminal import console, environment_settings, json_option, now, say, working
from api.sessions import people as commands
from api.sessions.letters import SIGN_IN_PAGE
from api.sessions.people import STAFF_ROLES
from api.sessions.queries import Who, staff
from api.settings import secret_key
from audits.events import COMMAND_LINE
from charter.register import Desk
from migrations.sealing import Seal, new_token


@click.group()
def people() -> None:
    """Add and list the scheme's staff, and help who lost her phone."""


@people.command()
@click.option("--email", required=True, help="Where links to sign in are sent.")
@click.option("--name", required=True, help="What administrators know the person by.")
@click.option("--role", "roles", required=True, multiple=True, type=click.Choice(STAFF_ROLES), help="May be repeated.")
@json_option
@working
async def create(email: str, name: str, roles: tuple[str, ...], as_json: bool) -> None:
    """Add a person to the staff, and write a letter that tells how to sign in. The first administrator begins here."""
    desk = _desk()
    person = await commands.create_person(Who(name=name, email=email), roles=roles, by=COMMAND_LINE, desk=desk)
    page = f"{desk.base_url}{SIGN_IN_PAGE}"
    words = (
        f"Added {name.strip()} ({', '.join(sorted(set(roles)))}). The letter goes once `serve` or `worker` "
        f"runs.\nNext: open {page}, type {email.strip()}, follow the link in the letter that comes, and set up an app "
        "for codes on a phone."
    )
    say(words, as_json=as_json, id=person, roles=sorted(set(roles)), sign_in=page)


@people.command("list")
@json_option
@working
async def list_(as_json: bool) -> None:
    """List the staff by name, with their roles."""
    found = await staff(seal=_desk().seal)
    if as_json:
        say("", as_json=True, people=found)
        return
    table = Table("name", "e-mail", "roles", "second factor", "added")
    for person in found:
        factor = "set up" if person.second_factor else "not yet"
        roles, added = ", ".join(person.roles), f"{person.created_at:%Y-%m-%d}"
        table.add_row(escape(person.name), escape(person.email), roles, factor, added)
    console().print(table)


@people.command()
@click.argument("email")
@json_option
@working
async def reset_second_factor(email: str, as_json: bool) -> None:
    """Let a person who lost phone and recovery codes set up a phone anew; her sessions end.

    Make sure that it is she who asks: whoever reads her letters is let in then.
    """
    desk = _desk()
    person = await commands.person_by_address(email, seal=desk.seal)
    await commands.reset_second_factor(person, by=COMMAND_LINE, now=desk.now)
    say(f"Whoever signs in as {email} sets up a phone next.", as_json=as_json, id=person)


def _desk() -> Desk:
    settings = environment_settings()
    seal = Seal(secret_key(settings))
    return Desk(now=now(), seal=seal, base_url=settings.base_url, new_id=uuid4, new_token=new_token)
