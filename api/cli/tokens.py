"""`night-safety tokens`: bearer tokens for programs and staff, shown once."""

from uuid import uuid4

import click
from rich.markup import escape
from rich.table import Table

from api.cli.terminal import console, json_option, now, say, working
from api.sessions import tokens as commands
from migrations.sealing import hash_token, new_token


@click.group()
def tokens() -> None:
    """Make, list and revoke bearer tokens for programs and staff."""


@tokens.command()
@click.option("--role", required=True, type=click.Choice(["lead", "analyst", "administrator"]), help="What it may do.")
@click.option("--name", required=True, help="Whose it is; the audit trail and `revoke` use it.")
@json_option
@working
async def create(role: str, name: str, as_json: bool) -> None:
    """Make a token and print it once, as the last word. Send it as `Authorization: Bearer <token>`."""
    token, token_id = new_token(), uuid4()
    await commands.create_token(id=token_id, role=role, name=name, token_hash=hash_token(token), now=now())
    say(f"Token of {name} ({role}), shown only now: {token}", as_json=as_json, id=token_id, role=role, token=token)


@tokens.command("list")
@json_option
@working
async def list_(as_json: bool) -> None:
    """List every token ever made, oldest first; never the tokens themselves."""
    found = await commands.tokens()
    if as_json:
        say("", as_json=True, tokens=found)
        return
    table = Table("id", "name", "role", "created", "revoked")
    for token in found:
        revoked = token["revoked_at"]
        dates = f"{token['created_at']:%Y-%m-%d}", f"{revoked:%Y-%m-%d}" if revoked else ""
        table.add_row(str(token["id"]), escape(token["name"]), token["role"], *dates)
    console().print(table)


@tokens.command()
@click.argument("name_or_id")
@json_option
@working
async def revoke(name_or_id: str, as_json: bool) -> None:
    """End a token, by its name or id; at once."""
    token_id = await commands.revoke_token(name_or_id, now=now())
    say(f"Revoked {name_or_id}: {token_id}", as_json=as_json, id=token_id)
