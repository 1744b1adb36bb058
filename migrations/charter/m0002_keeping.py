"""Keeping the charter: deputies and hand-over, pledges with their history, the year, duplicates, notes and wordings.

A contact's row is rebuilt on SQLite, because it cannot change a column or a check. A contact who left keeps her row,
as the history needs it, without anything that tells who she was. Instants are UTC, dates are London's.
"""

CONTACT = """
create table {name} (
    number {key},
    id uuid not null constraint contact_id_unique unique,
    signatory {ref} not null,
    role text not null constraint contact_role_known check (role in ('signatory', 'champion', 'deputy')),
    email_mac {bytes},
    sealed {bytes},
    confirmed_at timestamptz,
    named_at timestamptz,
    ended_on date,
    constraint contact_forgotten_once_ended check (
        (ended_on is null) = (sealed is not null) and (ended_on is null) = (email_mac is not null)
    ),
    constraint contact_signatory_fk foreign key (signatory) references signatory (number) on delete cascade
);
"""
CONTACT_INDEXES = """
create index contact_signatory on contact (signatory, role);
create index contact_email_mac on contact (email_mac);
"""

SIGNATORY = """
alter table signatory add column likeness {bytewise};
alter table signatory add column site {bytewise};
alter table signatory add column review_due_on date;
alter table signatory add column champion_since date;
alter table signatory add column champion_gone_on date;
alter table signatory add column held_because text;
alter table signatory add column suspended_from text;
alter table signatory add column merged_into {ref} constraint signatory_merged_into_fk
    references signatory (number) on delete cascade;
alter table premises add column place_mac {bytes};
alter table premises add column own_reference text
    constraint premises_reference_shown check (listed or own_reference is null);
update signatory set likeness = folded;
update signatory set champion_since = {champion_since} where state in ('active', 'review_due', 'lapsed');
update signatory set review_due_on = {a_year_later} where state in ('active', 'review_due', 'lapsed');
create index signatory_likeness on signatory (likeness);
create index signatory_site on signatory (site) where site is not null;
create index signatory_review_due on signatory (review_due_on) where state in ('active', 'review_due');
create index signatory_champion_gone on signatory (champion_gone_on) where champion_gone_on is not null;
create index signatory_merged_into on signatory (merged_into) where merged_into is not null;
create index premises_place_mac on premises (place_mac) where place_mac is not null;
create index premises_postcode on premises (postcode) where postcode is not null;
create table burst_count (
    number {key},
    about text not null constraint burst_count_about_known check (about in ('network', 'domain', 'address', 'all')),
    who {bytes} not null,
    window_began_at timestamptz not null,
    times integer not null constraint burst_count_positive check (times >= 1),
    constraint burst_count_once unique (about, who, window_began_at)
);
create index burst_count_window on burst_count (window_began_at);
"""

PLEDGES = """
create table kept_pledge (
    number {key},
    signatory {ref} not null,
    pledge smallint not null constraint kept_pledge_one_of_seven check (pledge between 1 and 7),
    state text not null,
    statement text,
    evidence text not null,
    evidence_on date,
    refresh_due_on date,
    changed_at timestamptz not null,
    constraint kept_pledge_once unique (signatory, pledge),
    constraint kept_pledge_state_known check (state in ('not_started', 'in_progress', 'evidenced', 'lapsed')),
    constraint kept_pledge_evidence_dated check (state <> 'evidenced' or evidence_on is not null),
    constraint kept_pledge_signatory_fk foreign key (signatory) references signatory (number) on delete cascade
);
create index kept_pledge_refresh on kept_pledge (refresh_due_on) where refresh_due_on is not null;
create table pledge_change (
    number {key},
    signatory {ref} not null,
    pledge smallint not null,
    at timestamptz not null,
    by text not null,
    state text not null,
    statement text,
    evidence text not null,
    evidence_on date,
    constraint pledge_change_signatory_fk foreign key (signatory) references signatory (number) on delete cascade
);
create index pledge_change_signatory on pledge_change (signatory, pledge, number);
create table evidence_file (
    number {key},
    id uuid not null constraint evidence_file_id_unique unique,
    signatory {ref} not null,
    pledge smallint not null,
    caption text not null,
    file text not null,
    small text not null,
    width integer not null,
    height integer not null,
    added_at timestamptz not null,
    added_by text not null,
    constraint evidence_file_signatory_fk foreign key (signatory) references signatory (number) on delete cascade
);
create index evidence_file_signatory on evidence_file (signatory, pledge, number);
create index evidence_file_file on evidence_file (file);
create index evidence_file_small on evidence_file (small);
"""

YEAR = """
create table review (
    number {key},
    id uuid not null constraint review_id_unique unique,
    signatory {ref} not null,
    due_on date not null,
    done_on date not null,
    by text not null,
    charter_version text not null,
    constraint review_signatory_fk foreign key (signatory) references signatory (number) on delete cascade
);
create index review_signatory on review (signatory, number);
create table reminder (
    number {key},
    signatory {ref} not null,
    about text not null,
    due_on date not null,
    step text not null,
    written_at timestamptz not null,
    constraint reminder_once unique (signatory, about, due_on, step),
    constraint reminder_signatory_fk foreign key (signatory) references signatory (number) on delete cascade
);
"""

DESK = """
create table possible_duplicate (
    number {key},
    id uuid not null constraint possible_duplicate_id_unique unique,
    signatory {ref} not null,
    other {ref} not null,
    reasons text not null,
    noticed_at timestamptz not null,
    decision text,
    decided_at timestamptz,
    decided_by text,
    constraint possible_duplicate_once unique (signatory, other),
    constraint possible_duplicate_two check (signatory <> other),
    constraint possible_duplicate_decision_known check (decision in ('merged', 'distinct')),
    constraint possible_duplicate_decided_whole check ((decision is null) = (decided_at is null)),
    constraint possible_duplicate_signatory_fk foreign key (signatory) references signatory (number) on delete cascade,
    constraint possible_duplicate_other_fk foreign key (other) references signatory (number) on delete cascade
);
create index possible_duplicate_open on possible_duplicate (noticed_at, number) where decision is null;
create index possible_duplicate_other on possible_duplicate (other);
create table scheme_note (
    number {key},
    id uuid not null constraint scheme_note_id_unique unique,
    signatory {ref} not null,
    at timestamptz not null,
    by text not null,
    kind text not null,
    sealed {bytes} not null,
    constraint scheme_note_signatory_fk foreign key (signatory) references signatory (number) on delete cascade
);
create index scheme_note_signatory on scheme_note (signatory, number);
create table charter_wording (
    number {key},
    version text not null constraint charter_wording_version_unique unique,
    pledges text not null,
    changes text not null,
    published_at timestamptz not null,
    published_by text not null
);
"""

KINDS_SQLITE = {"key": "integer primary key", "ref": "integer", "bytes": "blob", "bytewise": "text"}
KINDS_POSTGRESQL = {
    "key": "bigint generated by default as identity primary key",
    "ref": "bigint",
    "bytes": "bytea",
    "bytewise": 'text collate "C"',
}
KEPT = "number, id, signatory, role, email_mac, sealed, confirmed_at"
# The day on which the first champion confirmed; an instant's date in UTC is near enough for signatures of one day.
SINCE = (
    "(select min({day}) from contact where contact.signatory = signatory.number "
    "and role = 'champion' and confirmed_at is not null)"
)

SQLITE = (
    CONTACT.format(name="contact_rebuilt", **KINDS_SQLITE)
    + f"insert into contact_rebuilt ({KEPT}) select {KEPT} from contact;\n"
    + "drop table contact;\nalter table contact_rebuilt rename to contact;\n"
    + CONTACT_INDEXES
    + (SIGNATORY + PLEDGES + YEAR + DESK).format(
        champion_since=SINCE.format(day="substr(confirmed_at, 1, 10)"),
        # The 29th of February has its year on the 28th, as charter.year has it; SQLite would say the 1st of March.
        a_year_later="case strftime('%m-%d', last_confirmed_on) when '02-29' "
        "then date(last_confirmed_on, '+1 year', '-1 day') else date(last_confirmed_on, '+1 year') end",
        **KINDS_SQLITE,
    )
)

POSTGRESQL = """
alter table contact drop constraint contact_role_known;
alter table contact add constraint contact_role_known check (role in ('signatory', 'champion', 'deputy'));
alter table contact alter column email_mac drop not null;
alter table contact alter column sealed drop not null;
alter table contact add column named_at timestamptz;
alter table contact add column ended_on date;
alter table contact add constraint contact_forgotten_once_ended check (
    (ended_on is null) = (sealed is not null) and (ended_on is null) = (email_mac is not null)
);
""" + (SIGNATORY + PLEDGES + YEAR + DESK).format(
    champion_since=SINCE.format(day="cast(confirmed_at at time zone 'UTC' as date)"),
    a_year_later="cast(last_confirmed_on + interval '1 year' as date)",
    **KINDS_POSTGRESQL,
)

NEWEST_FIRST = (
    "burst_count, charter_wording, scheme_note, possible_duplicate, reminder, review, evidence_file, pledge_change,"
    " kept_pledge"
)
DROPS = "".join(f"drop table {name};\n" for name in NEWEST_FIRST.split(", "))
INDEXES = (
    "premises_postcode, premises_place_mac, signatory_merged_into, signatory_champion_gone, signatory_review_due, "
    "signatory_site, signatory_likeness"
)
COLUMNS = "merged_into, suspended_from, held_because, champion_gone_on, champion_since, review_due_on, site, likeness"
UNDONE = (
    "".join(f"drop index {name};\n" for name in INDEXES.split(", "))
    + "alter table premises drop column own_reference;\nalter table premises drop column place_mac;\n"
    + "".join(f"alter table signatory drop column {name};\n" for name in COLUMNS.split(", "))
    # What the older schema cannot say goes: deputies, and contacts who left.
    + "delete from confirmation where contact in "
    "(select number from contact where role = 'deputy' or ended_on is not null);\n"
    "delete from contact where role = 'deputy' or ended_on is not null;\n"
)
OLD_CONTACT = (
    CONTACT.format(name="contact_before", **KINDS_SQLITE)
    .replace(", 'deputy'", "")
    .replace("email_mac blob,", "email_mac blob not null,")
    .replace("sealed blob,", "sealed blob not null,")
    .replace("    named_at timestamptz,\n    ended_on date,\n", "")
)
_CHECK = OLD_CONTACT.index("    constraint contact_forgotten"), OLD_CONTACT.index("    constraint contact_signatory_fk")

BACKWARDS_SQLITE = (
    DROPS
    + UNDONE
    + OLD_CONTACT[: _CHECK[0]]
    + OLD_CONTACT[_CHECK[1] :]
    + f"insert into contact_before ({KEPT}) select {KEPT} from contact;\n"
    + "drop table contact;\nalter table contact_before rename to contact;\n"
    + CONTACT_INDEXES
)
BACKWARDS_POSTGRESQL = (
    DROPS
    + UNDONE
    + """
alter table contact drop constraint contact_forgotten_once_ended;
alter table contact drop column ended_on;
alter table contact drop column named_at;
alter table contact alter column sealed set not null;
alter table contact alter column email_mac set not null;
alter table contact drop constraint contact_role_known;
alter table contact add constraint contact_role_known check (role in ('signatory', 'champion'));
"""
)
