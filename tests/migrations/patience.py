"""How long a test waits."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def takes_at_most(seconds: float) -> Iterator[None]:
    """Fail when the block takes longer; generous, because the machine is shared."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds
