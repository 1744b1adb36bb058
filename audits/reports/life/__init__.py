"""The life of an edition beside its making: waiting for the worker, tried beforehand, compared, withdrawn."""
