"""What a programme is for, and invitations that their lead can tell apart and withdraw."""

SQLITE = """
alter table programme add column purpose text
    constraint programme_purpose_length check (length(purpose) between 1 and 2000);
alter table invitation add column label text
    constraint invitation_label_length check (length(label) between 1 and 100);
alter table invitation add column withdrawn_at timestamptz;
"""
POSTGRESQL = SQLITE
BACKWARDS_SQLITE = """
alter table invitation drop column withdrawn_at;
alter table invitation drop column label;
alter table programme drop column purpose;
"""
BACKWARDS_POSTGRESQL = BACKWARDS_SQLITE
