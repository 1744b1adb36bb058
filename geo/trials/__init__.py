"""The method on trial: made-up worlds in which the truth is known, other methods beside ours, and who was right."""
