"""Numbered migrations of the geo slice."""
