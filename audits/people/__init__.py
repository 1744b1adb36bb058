"""Who walked: what they told of themselves, how it is forgotten, and where they find help."""
