"""The pages of signing in: an address, a letter, for staff a second factor; and out again."""

from api.pages.sign_in import asking, confirming, second_factor

HANDLERS = [*asking.HANDLERS, *confirming.HANDLERS, *second_factor.HANDLERS]
