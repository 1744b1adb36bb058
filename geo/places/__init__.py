"""Places: boroughs, wards, town centres, transport hubs and venues; where they come from and what they answer."""
