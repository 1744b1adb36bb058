"""What an operator does so that data lasts as long as it should, and no longer."""
