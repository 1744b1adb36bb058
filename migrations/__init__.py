"""The database's home: how it opens, writes and grows."""
