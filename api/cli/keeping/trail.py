"""`night-safety verify-trail`: do the trails say what they said when they were written?"""

from typing import Any

import click

from api.cli.terminal import environment_settings, fail, json_option, say, working
from api.settings import secret_key
from api.trails import TRAILS
from migrations.sealing import Seal
from migrations.trail import verifying
from migrations.trail.chain import Head
from migrations.trail.verifying import TrailChecked


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
@click.option("--expect-register", type=HeadParam(), help="The same of the register's trail.")
@json_option
@working
async def verify_trail(expect: Head | None, expect_register: Head | None, as_json: bool) -> None:
    """Verify the trails of the audits and of the register: every link of a chain against the one before, every event
    against its link.

    Keep the heads that it prints somewhere else, and pass them as --expect and --expect-register the next time: only so
    can be told that the newest events were cut off together with their links. It changes nothing, and may run while the
    service does.
    """
    seal = Seal(secret_key(environment_settings()))
    expected = {"audits": expect, "register": expect_register}
    found = {of: await verifying.verify_trail(TRAILS[of], seal=seal, expect=head) for of, head in expected.items()}
    faults = [f"The trail of the {of} does not verify. {_faults(one)}" for of, one in found.items() if one.faults]
    if faults and not as_json:
        fail(" ".join(faults))
    words = "\n".join(_words(of, one) for of, one in found.items())
    say(words, as_json=as_json, **_facts(found["audits"]), register=_facts(found["register"]))
    if faults:
        raise SystemExit(1)


def _facts(found: TrailChecked) -> dict[str, Any]:
    told = {name: getattr(found, name) for name in ("links", "erased", "late", "waiting", "faults")}
    return {"verified": found.whole, "head": str(found.head), **told}


def _faults(found: TrailChecked) -> str:
    return " ".join(found.faults) + (f" And {found.more} more." if found.more else "")


def _words(of: str, found: TrailChecked) -> str:
    lines = [f"The trail of the {of} is whole: {found.links} links verified."]
    if found.erased:
        lines.append(f"{found.erased} of them are of events that erasures scrubbed.")
    if found.late:
        lines.append(f"{found.late} were linked over a day after they say that they happened.")
    if found.waiting:
        lines.append(f"{found.waiting} events wait to be linked, which the worker does every few seconds.")
    option = "--expect" if of == "audits" else "--expect-register"
    return "\n".join([*lines, f"head {found.head} (for {option})"])
