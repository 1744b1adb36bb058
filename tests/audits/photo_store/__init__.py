"""Where pictures and editions' files are kept."""
