"""The register of the charter: signatories, their premises and contacts, the letters that confirm them, and events.

Every row says everything: no column has a default, so that what was forgotten fails instead of becoming a value.
Parts go with their signatory (CASCADE), for an unconfirmed signature is deleted whole. Instants are UTC, dates are
London's; geometry is WGS 84, longitude first; the sealed columns hold ciphertext bound to their table and row.
"""

from migrations.shapes import drop_index_ddl, index_ddl, shape_check

REGISTER = """
create table reference_count (
    number {key},
    year integer not null constraint reference_count_year_unique unique,
    last integer not null constraint reference_count_some check (last >= 1)
);
create table signatory (
    number {key},
    id uuid not null constraint signatory_id_unique unique,
    reference text not null constraint signatory_reference_unique unique,
    charter_version text not null,
    name text not null constraint signatory_name_length check (length(name) between 1 and 300),
    folded {bytewise} not null,
    sector text not null,
    website text,
    state text not null,
    public_listing boolean not null,
    network_contact boolean not null,
    applied_at timestamptz not null,
    signed_on date,
    last_confirmed_on date,
    constraint signatory_state_known check (
        state in ('applied', 'active', 'review_due', 'lapsed', 'withdrawn', 'held', 'suspended')
    ),
    constraint signatory_signed_since check (
        state not in ('active', 'review_due', 'lapsed') or (signed_on is not null and last_confirmed_on is not null)
    )
);
create index signatory_listed on signatory (folded, number)
    where public_listing and state in ('active', 'review_due');
create index signatory_state on signatory (state, applied_at);
create table premises (
    number {key},
    id uuid not null constraint premises_id_unique unique,
    signatory {ref} not null,
    sequence integer not null,
    listed boolean not null,
    borough text,
    name text,
    folded {bytewise},
    address text,
    postcode text,
    location {point},
    opening_hours text,
    sealed {bytes},
    constraint premises_sequence_once unique (signatory, sequence),
    constraint premises_shown_or_sealed check (
        (listed and sealed is null and name is not null and folded is not null and address is not null
            and postcode is not null and location is not null and opening_hours is not null)
        or (not listed and sealed is not null and name is null and folded is null and address is null
            and postcode is null and location is null and opening_hours is null)
    ),
    {point_check}
    constraint premises_signatory_fk foreign key (signatory) references signatory (number) on delete cascade
);
create index premises_borough on premises (borough, signatory);
create table contact (
    number {key},
    id uuid not null constraint contact_id_unique unique,
    signatory {ref} not null,
    role text not null constraint contact_role_known check (role in ('signatory', 'champion')),
    email_mac {bytes} not null,
    sealed {bytes} not null,
    confirmed_at timestamptz,
    constraint contact_signatory_fk foreign key (signatory) references signatory (number) on delete cascade
);
create index contact_signatory on contact (signatory, role);
create index contact_email_mac on contact (email_mac);
create table confirmation (
    number {key},
    signatory {ref} not null,
    contact {ref} not null,
    token_hash text not null constraint confirmation_token_unique unique,
    expires_at timestamptz not null,
    used_at timestamptz,
    superseded_at timestamptz,
    constraint confirmation_signatory_fk foreign key (signatory) references signatory (number) on delete cascade,
    constraint confirmation_contact_fk foreign key (contact) references contact (number) on delete cascade
);
create index confirmation_signatory on confirmation (signatory);
create index confirmation_contact on confirmation (contact);
"""

# A letter's content is there exactly as long as it waits: the schema itself refuses to keep what was sent.
LETTERS = """
create table letter (
    number {key},
    id uuid not null constraint letter_id_unique unique,
    signatory {ref},
    kind text not null,
    sealed {bytes},
    written_at timestamptz not null,
    due_at timestamptz not null,
    attempts integer not null constraint letter_attempts_counted check (attempts >= 0),
    failure text,
    sent_at timestamptz,
    given_up_at timestamptz,
    constraint letter_erased_once_over check ((sealed is null) = (sent_at is not null or given_up_at is not null)),
    constraint letter_over_once check (sent_at is null or given_up_at is null),
    constraint letter_signatory_fk foreign key (signatory) references signatory (number) on delete cascade
);
create index letter_due on letter (due_at, number) where sealed is not null;
create index letter_signatory on letter (signatory);
create table charter_event (
    number {key},
    at timestamptz not null,
    actor text not null,
    action text not null,
    subject text not null,
    subject_id text not null,
    detail text
);
create index charter_event_subject on charter_event (subject, subject_id, number);
"""

BOX = index_ddl("premises", "location")

SQLITE = (REGISTER + LETTERS).format(
    key="integer primary key",
    ref="integer",
    bytes="blob",
    bytewise="text",
    point="geometry_blob",
    # A NULL location passes a CHECK, as SQL has it.
    point_check=f"{shape_check('premises', 'location', 'Point')},",
) + BOX["sqlite"]

POSTGRESQL = (REGISTER + LETTERS).format(
    key="bigint generated by default as identity primary key",
    ref="bigint",
    bytes="bytea",
    # Sorted byte by byte, as SQLite sorts, so that paging is the same on both and no collation of the machine matters.
    bytewise='text collate "C"',
    point="geometry(Point, 4326)",
    point_check="",
) + BOX["postgresql"]

NEWEST_FIRST = "charter_event, letter, confirmation, contact, premises, signatory, reference_count"
DROPS = "\n".join(f"drop table {name};" for name in NEWEST_FIRST.split(", "))
BACKWARDS_SQLITE = drop_index_ddl("premises", "location")["sqlite"] + DROPS
BACKWARDS_POSTGRESQL = drop_index_ddl("premises", "location")["postgresql"] + DROPS
