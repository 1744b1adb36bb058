"""Keeping the charter: who acts for an organisation, how it keeps each pledge, and what shows it."""
