"""Premises of chains: hours, spreadsheets, what they would do, and what is done."""
