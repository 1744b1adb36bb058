"""What a woman tells of herself, how she is forgotten, and where she finds help."""
