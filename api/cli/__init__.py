"""The command line: one `night-safety` with a command for each thing an operator does."""

from api.cli.main import main

__all__ = ["main"]
