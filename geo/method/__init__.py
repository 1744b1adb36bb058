"""The parts of the method: scores as arrays, contrasts within walks, chance, and what may be said of a place."""
