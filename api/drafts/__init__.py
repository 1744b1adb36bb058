"""Forms on their way: what was typed is kept, sealed, between their steps and until they are sent or forgotten."""
