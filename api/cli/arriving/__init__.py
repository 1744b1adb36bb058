"""What comes in by files."""
