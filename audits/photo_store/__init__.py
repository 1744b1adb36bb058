"""Where pictures and editions' files are kept: what such a store promises, in a folder, and in a bucket."""
