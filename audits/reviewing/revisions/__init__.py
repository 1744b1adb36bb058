"""Later versions of a walk that came after its review began: compared, taken over, or left."""
