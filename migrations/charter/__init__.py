"""Numbered migrations of the charter slice."""
