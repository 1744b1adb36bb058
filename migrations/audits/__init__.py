"""Numbered migrations of the audits slice."""
