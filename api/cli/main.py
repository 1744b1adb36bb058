"""`night-safety` itself, and what is under it, each loaded when it is called."""

from importlib import import_module

import click

COMMANDS = {
    "serve": "api.cli.serving:serve",
    "worker": "api.cli.serving:worker",
    "db": "api.cli.database:db",
    "import": "api.cli.arriving.imports:import_",
    "programmes": "api.cli.programmes:programmes",
    "people": "api.cli.people:people",
    "help-routes": "api.cli.keeping.help_routes:help_routes",
    "tokens": "api.cli.tokens:tokens",
    "export": "api.cli.export:export",
    "verify-edition": "api.cli.verifying:verify_edition",
    "verify-trail": "api.cli.keeping.trail:verify_trail",
    "evidence": "api.cli.evidence:evidence",
    "letters": "api.cli.letters.commands:letters",
    "backup": "api.cli.keeping.backups:backup",
    "verify-backup": "api.cli.keeping.backups:verify_backup",
    "restore": "api.cli.keeping.backups:restore",
    "retention": "api.cli.keeping.retention:retention",
    "erase": "api.cli.keeping.retention:erase",
    "erasures": "api.cli.keeping.retention:erasures_",
    "demo": "api.cli.demo.command:demo",
    "doctor": "api.cli.doctor:doctor",
}


class LoadedWhenCalled(click.Group):
    """A group that imports only the command that is asked for: `tokens create` need not load the typesetter."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command; None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=LoadedWhenCalled, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="night-safety")
def main() -> None:
    """Sign the charter, walk the night, show where design can help.

    First time here? `night-safety demo` prepares a place to try everything and serves it. For a service of your
    own: `night-safety db upgrade`, then `night-safety import boroughs FILE`, then `night-safety serve`.

    Settings come from the environment (NIGHT_SAFETY_...); the README lists them. Exit codes: 0 done, 1 the work
    failed (a sentence says why), 2 wrong usage.
    """
