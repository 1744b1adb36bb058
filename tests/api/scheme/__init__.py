"""The scheme desk's pages."""
