"""The scheme's desk."""
