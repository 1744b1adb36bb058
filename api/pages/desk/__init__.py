"""The champion's desk: what is next, the seven pledges with their evidence, the people, and what happened."""

from api.pages.desk import listing, overview, people, pictures, pledge

HANDLERS = [*overview.HANDLERS, *pledge.HANDLERS, *pictures.HANDLERS, *people.HANDLERS, *listing.HANDLERS]
