"""The year of a signatory: reminded, reviewed, overdue, lapsed, reinstated; and how one leaves."""
