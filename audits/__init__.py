"""The walks, and what is found in them."""
