"""`night-safety` itself, and what is under it."""

import click

from api.cli.database import db
from api.cli.demo import demo
from api.cli.doctor import doctor
from api.cli.export import export
from api.cli.imports import import_
from api.cli.programmes import programmes
from api.cli.serving import serve, worker
from api.cli.tokens import tokens


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="night-safety")
def main() -> None:
    """Sign the charter, walk the night, show where design can help.

    First time here? `night-safety demo` prepares a place to try everything and serves it. For a service of your
    own: `night-safety db upgrade`, then `night-safety import boroughs FILE`, then `night-safety serve`.

    Settings come from the environment (NIGHT_SAFETY_...); the README lists them. Exit codes: 0 done, 1 the work
    failed (a sentence says why), 2 wrong usage.
    """


for command in (serve, worker, db, import_, programmes, tokens, demo, export, doctor):
    main.add_command(command)
