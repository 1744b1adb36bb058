"""`night-safety verify-edition`: is a bundle whole, and do its files follow from its data?"""

from pathlib import Path

import click

from api.cli.terminal import fail, json_option, say
from audits.reports.verifying import Checked, EditionNotVerified, Verified, sha256_of, verify

BUNDLE = "edition.zip"


@click.command("verify-edition")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@json_option
def verify_edition(path: Path, as_json: bool) -> None:
    """Verify an edition: PATH is its edition.zip, or a folder that `export` wrote.

    Every file's hash is held against the manifest, and every file is made again from the data in the bundle and
    compared byte for byte. Files that lie beside the bundle must be those in it. No database is needed. The checksum
    that is printed is the one that the edition's page shows.
    """
    try:
        folder = path if path.is_dir() else None
        found = verify((path / BUNDLE if folder else path).read_bytes())
        beside = _beside(folder, found) if folder else []
    except (EditionNotVerified, OSError) as fault:
        fail(fault)
    files = [*found.files, *beside]
    faults = [f"{checked.name}: {checked.fault}" for checked in files if checked.fault]
    if faults and not as_json:
        fail(f"{found.title} does not verify. {'; '.join(faults)}.")
    words = f"{found.title}: {len(files)} files verified, made again from their data byte for byte."
    facts = {"title": found.title, "data_sha256": found.data_sha256, "verified": not faults, "faults": faults}
    say(f"{words}\ndata {found.data_sha256}", as_json=as_json, **facts)
    if faults:
        raise SystemExit(1)


def _beside(folder: Path, found: Verified) -> list[Checked]:
    """The files of a folder that are not those in its bundle."""
    known = dict(found.hashes)
    others = sorted(each for each in folder.iterdir() if each.is_file() and each.name != BUNDLE)
    return [Checked(f"{each.name} beside it", _fault(each, known)) for each in others]


def _fault(file: Path, known: dict[str, str]) -> str | None:
    if file.name not in known:
        return "not in the bundle"
    return None if sha256_of(file.read_bytes()) == known[file.name] else "not the file in the bundle"
