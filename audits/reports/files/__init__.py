"""The files of an edition: each made of its contents alone, and the words and columns that they share."""
