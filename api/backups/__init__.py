"""Backups: the database first, then the files it refers to, with a manifest of hashes; checked, and brought back."""
