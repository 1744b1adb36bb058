"""The pages of the evidence, as a browser without scripts asks for them."""
