"""The life of an edition beside its making."""
