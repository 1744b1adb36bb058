"""What a report shows: maps, charts, and letters that every font can draw."""
