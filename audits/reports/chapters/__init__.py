"""The chapters of an edition, each computed from what was gathered: who walked, each place, occupation, evaluation."""
