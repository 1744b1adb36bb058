"""`python -m tests.benchmarks.attack`: 200 women to be isolated, with the disclosure module and without it."""

from audits.reports.contents import Audience
from tests.audits.reports.attack import isolated

STREETS, TARGETS = 10, 20
AUDIENCES: tuple[Audience, ...] = ("gla", "public")


def main() -> None:
    """Print how many of 200 planted targets are isolated, for each audience."""
    for audience in AUDIENCES:
        for exact in (False, True):
            found = sum(isolated(seed, audience, number=TARGETS, exact=exact) for seed in range(STREETS))
            words = "without the module" if exact else "with the module"
            print(f"{audience}, {words}: {found} of {STREETS * TARGETS} isolated", flush=True)


if __name__ == "__main__":
    main()
