"""The register for programs: its reach and its figures, and what a signatory may show of its signature."""
