"""Places and space: coordinates, shapes, the grid and what differs on it."""
