"""Trails as chains: nothing in one can be changed, added before, or taken out without being seen.

The audits have one over `audit_event`, the register has one over `charter_event`; each says which tables are its own.
"""
