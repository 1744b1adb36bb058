"""The register: who signed, what they promised, how they keep it."""
