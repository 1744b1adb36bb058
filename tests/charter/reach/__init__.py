"""Tests of the reach: likeness, matching, shares, and what the figures say."""
