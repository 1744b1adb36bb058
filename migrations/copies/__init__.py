"""Whole databases, copied and brought back."""
