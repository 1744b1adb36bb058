"""Reach: where signatories are against where night venues are, and what the scheme's figures say."""
