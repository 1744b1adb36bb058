"""Phones that sync through a bad network to a server that dies, and end where one clean sync would have ended."""
