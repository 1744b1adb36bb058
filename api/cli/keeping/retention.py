"""`night-safety erase` and `retention`: what people may ask to be forgotten, and what nobody needs any more."""

from uuid import UUID, uuid4

import click
import msgspec

from api.cli.terminal import environment_settings, json_option, now, say, working
from api.settings import Settings, secret_key
from audits.events import COMMAND_LINE
from audits.people import erasure
from audits.people import retention as keeping
from audits.people.erasure import ErasureReceipt, Forgetting
from audits.people.queries import erasures
from audits.people.retention import Keeping, Retained
from migrations.sealing import Seal

dry_run_option = click.option("--dry-run", is_flag=True, help="Only say what would be done.")


@click.command()
@click.argument("auditor_id", type=click.UUID)
@dry_run_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@working
async def erase(auditor_id: UUID, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Forget an auditor who asks for it otherwise than by her phone; nothing can bring her back. Prints a receipt."""
    forgetting = Forgetting(now=now(), seal=_seal(environment_settings()), new_id=uuid4)
    receipt = await erasure.would_erase(auditor_id, forgetting)
    if not dry_run:
        if not yes:
            click.confirm(f"{_erased(receipt, 'This erases')}\nGo on?", abort=True, err=True)
        receipt = await erasure.erase(auditor_id, forgetting, by=COMMAND_LINE)
    words = _erased(receipt, "This would erase" if dry_run else "Erased")
    said = "" if dry_run else f"\nReceipt {receipt.receipt_id}. {receipt.kept}"
    say(words + said, as_json=as_json, dry_run=dry_run, **msgspec.structs.asdict(receipt))


@click.command("erasures")
@json_option
@working
async def erasures_(as_json: bool) -> None:
    """List every erasure, naming nobody. Keep the `--json` apart from the database: `restore --erasures` takes it."""
    found = await erasures()
    lines = [f"{one.erased_at:%Y-%m-%d %H:%M}  {one.id}" for one in found]
    say("\n".join(lines) or "Nobody was erased so far.", as_json=as_json, erasures=found)


@click.command()
@dry_run_option
@json_option
@working
async def retention(dry_run: bool, as_json: bool) -> None:
    """Let go of what has been kept long enough, and print a receipt. `serve` and `worker` do the same every day."""
    settings = environment_settings()
    asked = keeping_of(settings)
    receipt = await (keeping.would_let_go(asked) if dry_run else keeping.let_go(asked, by=COMMAND_LINE))
    if not dry_run:
        await erasure.forget_late_comers(Forgetting(now=asked.now, seal=asked.seal, new_id=uuid4))
    say(_let_go(receipt), as_json=as_json, **msgspec.structs.asdict(receipt))


def keeping_of(settings: Settings) -> Keeping:
    """How long the settings say that things are kept, as of now."""
    return Keeping(
        now=now(),
        receipt_id=uuid4(),
        seal=_seal(settings),
        contacts_months=settings.contact_months,
        equality_months=settings.equality_months,
    )


def _seal(settings: Settings) -> Seal:
    return Seal(secret_key(settings))


def _erased(receipt: ErasureReceipt, begin: str) -> str:
    erased = receipt.erased
    told = "what she told of herself, " if erased.equality_answers else ""
    return (
        f"{begin} an auditor: {erased.devices} phones, {erased.programmes} memberships, {told}{erased.notes} notes, "
        f"{erased.captions} captions, {erased.held} held things; {receipt.walks_severed} walks lead to nobody."
    )


def _let_go(receipt: Retained) -> str:
    begin = "This would let go of" if receipt.dry_run else "Let go of"
    end = "" if receipt.dry_run else f"\nReceipt {receipt.receipt_id}."
    return (
        f"{begin} the phones of {receipt.contacts} auditors unheard of since {receipt.contacts_before:%Y-%m-%d}, "
        f"{receipt.equality_answers} equality answers from before {receipt.equality_before:%Y-%m-%d}, "
        f"{receipt.held_photos} photos and {receipt.held_responses} responses whose walk never came.{end}"
    )
