"""Numbered migrations of the api slice."""
