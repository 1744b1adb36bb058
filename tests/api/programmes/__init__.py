"""Pages of programmes, as a browser without scripts uses them."""
