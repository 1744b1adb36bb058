"""Signing in: links by letter, sessions of our own, the staff's second factor, and the people who are staff."""
