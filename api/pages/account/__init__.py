"""One's own account, and the people of the staff."""

from api.pages.account import account, people

HANDLERS = [*account.HANDLERS, *people.HANDLERS]
