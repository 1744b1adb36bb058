"""Premises are noticed by postcode and name: a chain's thousands at one postcode are not compared pair by pair."""

SQLITE = POSTGRESQL = """
drop index premises_postcode;
create index premises_noticed on premises (postcode, folded) where postcode is not null;
"""
BACKWARDS_SQLITE = BACKWARDS_POSTGRESQL = """
drop index premises_noticed;
create index premises_postcode on premises (postcode) where postcode is not null;
"""
