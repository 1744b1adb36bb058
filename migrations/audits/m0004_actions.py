"""What follows a walk: issues and their stops, recommendations with what was answered and done, and walking again.

A recommendation's state and what makes it so are one row, and the checks say that they agree. `action_change` is
only ever added to. Instants are UTC, dates are London's.
"""

ISSUES = """
create table issue (
    number {key},
    id uuid not null constraint issue_id_unique unique,
    programme {ref} not null,
    kind text not null constraint issue_kind_known check (kind in ('defect', 'design')),
    title text not null constraint issue_title_length check (length(title) between 1 and 200),
    description text not null,
    place text not null constraint issue_place_length check (length(place) between 1 and 200),
    factors text not null,
    causes text not null,
    state text not null,
    raised_at timestamptz not null,
    raised_by text not null,
    withdrawn_at timestamptz,
    version integer not null constraint issue_version_positive check (version >= 1),
    constraint issue_state_known check (
        state in ('raised', 'waiting', 'accepted', 'refused', 'done', 'walked_again', 'withdrawn')
    ),
    constraint issue_withdrawn_since check ((state = 'withdrawn') = (withdrawn_at is not null)),
    constraint issue_programme_fk foreign key (programme) references programme (number) on delete restrict
);
create index issue_programme on issue (programme, number);
create table issue_stop (
    number {key},
    issue {ref} not null,
    stop {ref} not null,
    constraint issue_stop_once unique (issue, stop),
    constraint issue_stop_issue_fk foreign key (issue) references issue (number) on delete cascade,
    constraint issue_stop_stop_fk foreign key (stop) references stop (number) on delete cascade
);
create index issue_stop_stop on issue_stop (stop);
"""

RECOMMENDATIONS = """
create table recommendation (
    number {key},
    id uuid not null constraint recommendation_id_unique unique,
    issue {ref} not null,
    programme {ref} not null,
    action text not null constraint recommendation_action_length check (length(action) between 1 and 1000),
    body_kind text not null,
    body text not null constraint recommendation_body_length check (length(body) between 1 and 200),
    due_on date not null,
    written_at timestamptz not null,
    written_by text not null,
    state text not null,
    answer text constraint recommendation_answer_known check (answer in ('accepted', 'refused')),
    answered_on date,
    answered_by text,
    answer_reason text,
    done_on date,
    done_note text,
    withdrawn_at timestamptz,
    version integer not null constraint recommendation_version_positive check (version >= 1),
    constraint recommendation_state_known check (state in ('waiting', 'accepted', 'refused', 'done', 'withdrawn')),
    constraint recommendation_answer_whole check (
        (answer is null) = (answered_on is null) and (answer is null) = (answered_by is null)
    ),
    constraint recommendation_refusal_has_reason check (
        answer is null or answer <> 'refused' or answer_reason is not null
    ),
    constraint recommendation_done_whole check ((done_on is null) = (done_note is null)),
    constraint recommendation_not_refused_and_done check (done_on is null or answer is null or answer = 'accepted'),
    constraint recommendation_not_withdrawn_and_done check (done_on is null or withdrawn_at is null),
    constraint recommendation_state_as_its_facts check (
        state = case
            when withdrawn_at is not null then 'withdrawn'
            when done_on is not null then 'done'
            when answer is not null then answer
            else 'waiting'
        end
    ),
    constraint recommendation_issue_fk foreign key (issue) references issue (number) on delete cascade,
    constraint recommendation_programme_fk foreign key (programme) references programme (number) on delete restrict
);
create index recommendation_issue on recommendation (issue);
create index recommendation_programme on recommendation (programme, state);
create table done_photo (
    number {key},
    id uuid not null constraint done_photo_id_unique unique,
    recommendation {ref} not null,
    caption text not null,
    file text not null,
    small text not null,
    width integer not null,
    height integer not null,
    added_at timestamptz not null,
    added_by text not null,
    constraint done_photo_recommendation_fk foreign key (recommendation)
        references recommendation (number) on delete cascade
);
create index done_photo_recommendation on done_photo (recommendation, number);
create index done_photo_file on done_photo (file);
create index done_photo_small on done_photo (small);
"""

AFTERWARDS = """
create table re_audit_stop (
    number {key},
    issue {ref} not null,
    stop {ref} not null,
    linked_at timestamptz not null,
    linked_by text not null,
    constraint re_audit_stop_once unique (issue, stop),
    constraint re_audit_stop_issue_fk foreign key (issue) references issue (number) on delete cascade,
    constraint re_audit_stop_stop_fk foreign key (stop) references stop (number) on delete cascade
);
create index re_audit_stop_stop on re_audit_stop (stop);
create index stop_planned on stop (planned_stop_id) where planned_stop_id is not null;
create table action_change (
    number {key},
    issue {ref} not null,
    recommendation {ref},
    at timestamptz not null,
    by text not null,
    action text not null,
    reason text,
    said text not null,
    constraint action_change_issue_fk foreign key (issue) references issue (number) on delete cascade,
    constraint action_change_recommendation_fk foreign key (recommendation)
        references recommendation (number) on delete cascade
);
create index action_change_issue on action_change (issue, number);
create index action_change_recommendation on action_change (recommendation);
create table plan_publication (
    number {key},
    programme {ref} not null constraint plan_publication_once unique,
    published_at timestamptz not null,
    published_by text not null,
    constraint plan_publication_programme_fk foreign key (programme) references programme (number) on delete cascade
);
"""

TABLES = ISSUES + RECOMMENDATIONS + AFTERWARDS
SQLITE = TABLES.format(key="integer primary key", ref="integer")
POSTGRESQL = TABLES.format(key="bigint generated by default as identity primary key", ref="bigint")

NEWEST_FIRST = "plan_publication, action_change, re_audit_stop, done_photo, recommendation, issue_stop, issue"
DROPS = "\n".join(f"drop table {name};" for name in NEWEST_FIRST.split(", "))
BACKWARDS_SQLITE = BACKWARDS_POSTGRESQL = f"drop index stop_planned;\n{DROPS}"
