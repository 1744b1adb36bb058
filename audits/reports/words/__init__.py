"""What a report says in sentences and tables, for paper and for screens alike."""
