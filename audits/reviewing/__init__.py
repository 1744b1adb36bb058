"""The review desk: what it asks, and what reviewers decide about walks, places, photos and notes."""
