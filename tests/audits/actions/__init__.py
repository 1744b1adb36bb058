"""What follows a walk, tested."""
