"""Who knocks: links by letter, sessions of our own, second factors, the people who are staff, programs' tokens."""
