"""Where the staff begin: the rooms that are theirs, and how much waits in each."""

from api.pages.work.rooms import HANDLERS

__all__ = ["HANDLERS"]
