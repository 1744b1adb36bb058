"""Photos: received, developed where a bomb can only kill itself, kept, and looked at."""
