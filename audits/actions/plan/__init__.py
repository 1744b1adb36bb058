"""The Safety Action Plan of a programme: for its staff, for responsible bodies, and for the public once it may be."""
