"""Faces outward: HTTP, pages, the command line, letters being sent."""
