"""Looking at the evidence as it stands now: one factor on one leg, on a map and in words."""
