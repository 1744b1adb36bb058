"""Editions: frozen evidence, and the files a design review puts on the table."""
