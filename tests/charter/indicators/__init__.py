"""Tests of the scheme's figures."""
