"""The trail as a chain: nothing in it can be changed, added before, or taken out without being seen."""
