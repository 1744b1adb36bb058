"""`night-safety letters`: what the service writes, to be read before anybody gets it, and how its letters fare."""
