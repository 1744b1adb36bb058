"""Walks on their way in: what becomes of them as rows, and many of them at once from a file."""
