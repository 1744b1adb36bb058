"""Programmes and who belongs to them, walks with their stops, scores, photos and responses, and editions of evidence.

Every row says everything: no column has a default, so that what was forgotten fails instead of becoming a value.
Parts go with their whole (CASCADE); nothing else can be deleted while it is referred to (RESTRICT).
Instants are UTC; geometry is WGS 84, longitude first; the sealed columns hold ciphertext bound to their place.
"""

PEOPLE = """
create table programme (
    number {key},
    id uuid not null constraint programme_id_unique unique,
    name text not null constraint programme_name_length check (length(name) between 1 and 200),
    area {area} not null,
    line {line},
    width_m {real},
    instrument_version integer not null,
    opens_on date not null,
    closes_on date not null,
    lead_body text,
    state text not null constraint programme_state_known check (state in ('open', 'closed')),
    closed_at timestamptz,
    created_at timestamptz not null,
    constraint programme_opens_before_closing check (opens_on <= closes_on),
    constraint programme_line_has_width check ((line is null) = (width_m is null)),
    constraint programme_closed_since check ((state = 'closed') = (closed_at is not null))
);
create table programme_lead (
    number {key},
    programme {ref} not null,
    principal text not null,
    constraint programme_lead_once unique (programme, principal),
    constraint programme_lead_programme_fk foreign key (programme) references programme (number) on delete cascade
);
create index programme_lead_principal on programme_lead (principal, programme);
create table invitation (
    number {key},
    programme {ref} not null,
    code_hash text not null constraint invitation_code_unique unique,
    places integer not null constraint invitation_places_some check (places >= 1),
    used integer not null,
    expires_on date not null,
    created_by text not null,
    created_at timestamptz not null,
    constraint invitation_not_overfull check (used between 0 and places),
    constraint invitation_programme_fk foreign key (programme) references programme (number) on delete cascade
);
create index invitation_programme on invitation (programme);
create table auditor (
    number {key},
    id uuid not null constraint auditor_id_unique unique,
    created_at timestamptz not null,
    label text,
    erased_at timestamptz
);
create index auditor_label on auditor (label) where label is not null;
create table membership (
    number {key},
    auditor {ref} not null,
    programme {ref} not null,
    joined_at timestamptz not null,
    constraint membership_once unique (auditor, programme),
    constraint membership_auditor_fk foreign key (auditor) references auditor (number) on delete cascade,
    constraint membership_programme_fk foreign key (programme) references programme (number) on delete cascade
);
create index membership_programme on membership (programme, auditor);
create table device (
    number {key},
    auditor {ref} not null,
    device_id uuid,
    token_hash text not null constraint device_token_unique unique,
    created_at timestamptz not null,
    revoked_at timestamptz,
    constraint device_auditor_fk foreign key (auditor) references auditor (number) on delete restrict
);
create index device_auditor on device (auditor);
create unique index device_in_use_once on device (device_id) where revoked_at is null;
"""

WALKS = """
create table walk (
    number {key},
    id uuid not null constraint walk_id_unique unique,
    programme {ref} not null,
    auditor {ref},
    device {ref},
    content_mac {bytes} not null,
    state text not null,
    instrument_version integer not null,
    leg text not null constraint walk_leg_known check (leg in ('light', 'dark')),
    paired_walk_id uuid,
    started_at timestamptz not null,
    ended_at timestamptz not null,
    night_of date not null,
    dark boolean,
    group_size integer not null constraint walk_group_size_some check (group_size >= 1),
    cut_short boolean not null,
    cut_short_reason text,
    clock_offset_s {real},
    route {route},
    received_at timestamptz not null,
    completed_at timestamptz,
    reviewed_at timestamptz,
    reviewed_by text,
    review_reason text,
    constraint walk_state_known check (state in ('incomplete', 'received', 'quarantined', 'accepted', 'rejected')),
    constraint walk_complete_since check ((state = 'incomplete') = (completed_at is null)),
    constraint walk_reviewed_since check ((state in ('accepted', 'rejected')) = (reviewed_at is not null)),
    constraint walk_programme_fk foreign key (programme) references programme (number) on delete restrict,
    constraint walk_auditor_fk foreign key (auditor) references auditor (number) on delete set null,
    constraint walk_device_fk foreign key (device) references device (number) on delete set null
);
create index walk_programme_state on walk (programme, state, number);
create index walk_auditor on walk (auditor);
create index walk_device on walk (device);
create table walk_problem (
    number {key},
    walk {ref} not null,
    code text not null,
    detail text not null,
    field text,
    constraint walk_problem_walk_fk foreign key (walk) references walk (number) on delete cascade
);
create index walk_problem_walk on walk_problem (walk);
create table walk_revision (
    number {key},
    walk {ref} not null,
    auditor {ref} not null,
    received_at timestamptz not null,
    sealed {bytes} not null,
    constraint walk_revision_walk_fk foreign key (walk) references walk (number) on delete cascade,
    constraint walk_revision_auditor_fk foreign key (auditor) references auditor (number) on delete restrict
);
create index walk_revision_walk on walk_revision (walk);
create table stop (
    number {key},
    id uuid not null constraint stop_id_unique unique,
    programme {ref} not null,
    walk {ref} not null,
    sequence integer not null,
    planned_stop_id uuid,
    observed_at timestamptz not null,
    accuracy_m {real},
    location {point},
    easting_m {real},
    northing_m {real},
    cell_q integer,
    cell_r integer,
    sun_altitude_deg {real},
    sun_band text,
    hub text,
    hub_known boolean,
    police boolean not null,
    security boolean not null,
    staff boolean not null,
    cctv_sign boolean not null,
    causes text not null,
    note text,
    note_flagged boolean not null,
    sealed {bytes},
    kept text,
    constraint stop_sun_band_known check (sun_band in ('day', 'civil', 'nautical', 'night')),
    constraint stop_cell_whole check ((cell_q is null) = (cell_r is null)),
    constraint stop_flagged_note_sealed check (note is null or not note_flagged),
    constraint stop_programme_fk foreign key (programme) references programme (number) on delete restrict,
    constraint stop_walk_fk foreign key (walk) references walk (number) on delete cascade
);
create index stop_walk on stop (walk, sequence);
create index stop_programme_cell on stop (programme, cell_q, cell_r);
create table group_score (
    number {key},
    programme {ref} not null,
    walk {ref} not null,
    stop {ref} not null,
    factor text not null,
    value smallint constraint group_score_on_scale check (value between 0 and 3),
    answer text constraint group_score_answer_known check (answer in ('cannot_tell', 'not_applicable')),
    constraint group_score_says_one_thing check ((value is null) <> (answer is null)),
    constraint group_score_once unique (stop, factor),
    constraint group_score_programme_fk foreign key (programme) references programme (number) on delete restrict,
    constraint group_score_walk_fk foreign key (walk) references walk (number) on delete cascade,
    constraint group_score_stop_fk foreign key (stop) references stop (number) on delete cascade
);
create index group_score_programme_factor on group_score (programme, factor);
create index group_score_walk on group_score (walk);
"""

RESPONSES = """
create table response (
    number {key},
    id uuid not null constraint response_id_unique unique,
    programme {ref},
    auditor {ref} not null,
    walk_id uuid not null,
    stop_id uuid not null,
    walk {ref},
    stop {ref},
    content_mac {bytes} not null,
    presence_effect text not null,
    causes text not null,
    sealed {bytes},
    received_at timestamptz not null,
    held_until timestamptz,
    constraint response_once unique (auditor, stop_id),
    constraint response_stop_of_walk check ((stop is null) = (walk is null)),
    constraint response_waits_or_stands check (walk is null or held_until is null),
    constraint response_programme_fk foreign key (programme) references programme (number) on delete restrict,
    constraint response_auditor_fk foreign key (auditor) references auditor (number) on delete restrict,
    constraint response_walk_fk foreign key (walk) references walk (number) on delete cascade,
    constraint response_stop_fk foreign key (stop) references stop (number) on delete cascade
);
create index response_walk_id on response (walk_id);
create index response_programme on response (programme);
create index response_walk on response (walk);
create index response_stop on response (stop);
create index response_held_until on response (held_until) where held_until is not null;
create table personal_score (
    number {key},
    response {ref} not null,
    programme {ref} not null,
    walk {ref} not null,
    stop {ref} not null,
    auditor {ref} not null,
    factor text not null,
    value smallint constraint personal_score_on_scale check (value between 0 and 3),
    answer text constraint personal_score_answer_known check (answer in ('cannot_tell', 'not_applicable')),
    constraint personal_score_says_one_thing check ((value is null) <> (answer is null)),
    constraint personal_score_once unique (response, factor),
    constraint personal_score_response_fk foreign key (response) references response (number) on delete cascade,
    constraint personal_score_programme_fk foreign key (programme) references programme (number) on delete restrict,
    constraint personal_score_walk_fk foreign key (walk) references walk (number) on delete cascade,
    constraint personal_score_stop_fk foreign key (stop) references stop (number) on delete cascade,
    constraint personal_score_auditor_fk foreign key (auditor) references auditor (number) on delete restrict
);
create index personal_score_programme_factor on personal_score (programme, factor);
create index personal_score_walk on personal_score (walk);
create index personal_score_stop on personal_score (stop);
create index personal_score_auditor on personal_score (auditor);
"""

PHOTOS = """
create table photo (
    number {key},
    id uuid not null constraint photo_id_unique unique,
    auditor {ref} not null,
    programme {ref},
    walk {ref},
    walk_id uuid,
    stop_id uuid,
    sha256 text,
    bytes integer,
    media_type text,
    caption text,
    state text not null constraint photo_state_known check (state in ('expected', 'held', 'stored', 'refused')),
    refusal text,
    rendition_1600 text,
    rendition_320 text,
    width integer,
    height integer,
    review text not null,
    stored_at timestamptz,
    held_until timestamptz,
    constraint photo_review_known check (review in ('unreviewed', 'publishable', 'withheld')),
    constraint photo_auditor_fk foreign key (auditor) references auditor (number) on delete restrict,
    constraint photo_programme_fk foreign key (programme) references programme (number) on delete restrict,
    constraint photo_walk_fk foreign key (walk) references walk (number) on delete cascade
);
create index photo_programme_review on photo (programme, review);
create index photo_walk on photo (walk);
create index photo_auditor on photo (auditor);
create index photo_rendition_1600 on photo (rendition_1600) where rendition_1600 is not null;
create index photo_rendition_320 on photo (rendition_320) where rendition_320 is not null;
create index photo_held_until on photo (held_until) where held_until is not null;
"""

EVIDENCE = """
create table audit_event (
    number {key},
    at timestamptz not null,
    actor text not null,
    action text not null,
    subject text not null,
    subject_id text not null,
    detail text
);
create index audit_event_subject on audit_event (subject, subject_id, number);
create table edition (
    number {key},
    id uuid not null constraint edition_id_unique unique,
    title text not null constraint edition_title_length check (length(title) between 1 and 200),
    audience text not null constraint edition_audience_known check (audience in ('gla', 'public')),
    state text not null constraint edition_state_known check (state in ('making', 'ready', 'failed', 'withdrawn')),
    method_version text not null,
    from_on date,
    to_on date,
    as_of timestamptz not null,
    programme_ids text not null,
    data_sha256 text,
    made_at timestamptz not null,
    made_by text not null,
    failure text
);
create table edition_file (
    number {key},
    edition {ref} not null,
    name text not null,
    media_type text not null,
    sha256 text not null,
    bytes integer not null,
    constraint edition_file_once unique (edition, name),
    constraint edition_file_edition_fk foreign key (edition) references edition (number) on delete cascade
);
create index edition_file_sha256 on edition_file (sha256);
"""

TABLES = PEOPLE + WALKS + RESPONSES + PHOTOS + EVIDENCE

# The boxes of the stops' places, as geo/spatial_index.py reads and fills them.
STOP_BOXES_SQLITE = """
create virtual table stop_location_box using rtree(
    number, min_x, max_x, min_y, max_y, +west real, +east real, +south real, +north real
);
create trigger stop_location_box_forgets after delete on stop begin
    delete from stop_location_box where number = old.number;
end;
"""
STOP_BOXES_POSTGRESQL = "create index stop_location_box on stop using gist (location);"

SQLITE = TABLES.format(
    key="integer primary key",
    ref="integer",
    real="real",
    bytes="blob",
    area="geometry_blob",
    line="geometry_blob",
    route="geometry_blob",
    point="geometry_blob",
)
SQLITE += STOP_BOXES_SQLITE
POSTGRESQL = TABLES.format(
    key="bigint generated by default as identity primary key",
    ref="bigint",
    real="double precision",
    bytes="bytea",
    # Programmes hold a Polygon or a MultiPolygon; a clipped route is a LineString or several.
    area="geometry(Geometry, 4326)",
    line="geometry(LineString, 4326)",
    route="geometry(Geometry, 4326)",
    point="geometry(Point, 4326)",
)
POSTGRESQL += STOP_BOXES_POSTGRESQL

# The other way round, so that nothing is dropped while it is referred to.
NEWEST_FIRST = (
    "edition_file, edition, audit_event, photo, personal_score, response, group_score, stop, walk_revision, "
    "walk_problem, walk, device, membership, auditor, invitation, programme_lead, programme"
)
BACKWARDS_POSTGRESQL = "\n".join(f"drop table {name};" for name in NEWEST_FIRST.split(", "))
BACKWARDS_SQLITE = BACKWARDS_POSTGRESQL + "\ndrop table stop_location_box;"
