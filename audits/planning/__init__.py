"""What a lead plans before anybody walks: the stops to make, again on a re-audit, and the route between them."""
