"""`night-safety verify-trail`: does the audit trail say what it said when it was written?"""

import click

from api.cli.terminal import environment_settings, fail, json_option, say, working
from api.settings import secret_key
from audits.trail import verifying
from audits.trail.chain import Head
from audits.trail.verifying import TrailChecked
from migrations.sealing import Seal


class HeadParam(click.ParamType[Head]):
    """A head of the chain, as an earlier run printed it."""

    name = "POSITION:HMAC"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Head:
        """Read it, or say how it is written."""
        try:
            return Head.read(value)
        except ValueError:
            self.fail("Write it as an earlier run printed it, such as 1234:9f86d081...", param, ctx)


@click.command("verify-trail")
@click.option("--expect", type=HeadParam(), help="A head that an earlier run printed: nothing up to it may have gone.")
@json_option
@working
async def verify_trail(expect: Head | None, as_json: bool) -> None:
    """Verify the audit trail: every link of its chain against the one before, every event against its link.

    Keep the head that it prints somewhere else, and pass it as --expect the next time: only so can be told that the
    newest events were cut off together with their links. It changes nothing, and may run while the service does.
    """
    seal = Seal(secret_key(environment_settings()))
    found = await verifying.verify_trail(seal=seal, expect=expect)
    if found.faults and not as_json:
        fail(f"The trail does not verify. {' '.join(found.faults)}{_more(found)}")
    facts = {name: getattr(found, name) for name in ("links", "erased", "late", "waiting", "faults")}
    say(_words(found), as_json=as_json, verified=found.whole, head=str(found.head), **facts)
    if found.faults:
        raise SystemExit(1)


def _more(found: TrailChecked) -> str:
    return f" And {found.more} more." if found.more else ""


def _words(found: TrailChecked) -> str:
    lines = [f"The trail is whole: {found.links} links verified."]
    if found.erased:
        lines.append(f"{found.erased} of them are of events that erasures scrubbed.")
    if found.late:
        lines.append(f"{found.late} were linked over a day after they say that they happened.")
    if found.waiting:
        lines.append(f"{found.waiting} events wait to be linked, which the worker does every few seconds.")
    return "\n".join([*lines, f"head {found.head}"])
