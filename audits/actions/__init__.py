"""What follows a walk: issues, what is recommended to whom, what was answered and done, and walking there again."""
