"""`night-safety demo`: an invented corner of London, told from its first signature to its action plan."""
