"""Every page route of the service, looked at in one browser; a route that nobody can look at is a fault."""
