"""The review desk, by plain forms."""
