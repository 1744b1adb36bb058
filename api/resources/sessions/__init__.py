"""Signing in and out for programs."""
