"""Text that leaves in the cells of spreadsheets, and must stay text there."""

# What makes a spreadsheet take a cell for a formula, after any white space (OWASP, CSV Injection), in full width too.
FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")


def inert(text: str) -> str:
    """`text` as a cell that no spreadsheet calculates: an apostrophe stands before what could begin a formula.

    A leading apostrophe is doubled, so that taking one away gives any cell back as it was.

    >>> inert("=1+1"), inert(" @SIAM"), inert("'tis"), inert("St Mary's")
    ("'=1+1", "' @SIAM", "''tis", "St Mary's")
    """
    begins = (text[:1], text.lstrip()[:1])
    return f"'{text}" if text[:1] == "'" or any(letter in FORMULA_STARTS for letter in begins if letter) else text
