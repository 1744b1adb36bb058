"""Doubt: signatures that may repeat others, and bursts of them, noticed quietly and left to the scheme desk."""
