"""Photos at the review desk: who agreed to show one, what was painted over, and which wait for a second person."""
