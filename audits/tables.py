"""The rows of the audits: who walks where, what was found, and what was published of it.

Instants are UTC; geometry is WGS 84, longitude first; JSON is text. No column has a default: a row says everything.
Constraints and indexes stand in migrations/audits.
"""

from functools import partial

from piccolo.columns import (
    UUID,
    Boolean,
    Bytea,
    Date,
    DoublePrecision,
    Integer,
    SmallInt,
    Text,
    Timestamptz,
)

from geo.geometry import Geometry
from migrations.columns import belongs_to, may, may_be_part_of, may_belong_to, may_outlive, must, part_of
from migrations.database import Row

Area = partial(Geometry, "Polygon|MultiPolygon")
Line = partial(Geometry, "LineString")
Route = partial(Geometry, "LineString|MultiLineString")
Point = partial(Geometry, "Point")


class Programme(Row, tablename="programme"):
    """A commissioned audit of a place: where, when, and with which instrument."""

    id = must(UUID, "The id that clients see.", unique=True)
    name = must(Text, "What people call it, 1 to 200 characters.")
    purpose = may(Text, "What its lead wants to know, for whoever walks, 1 to 2000 characters.")
    area = must(Area, "The effective area, a Polygon or MultiPolygon; a line is buffered into it.")
    line = may(Line, "The LineString it was commissioned as, where it was one.")
    width_m = may(DoublePrecision, "The full width of that line, in metres.")
    route = may(Line, "The planned route, a LineString; null where none is planned.")
    instrument_version = must(Integer, "The version of the instrument that its walks are asked to use.")
    opens_on = must(Date, "The first night of walking, in London's calendar.")
    closes_on = must(Date, "The last night of walking, that night included.")
    lead_body = may(Text, "GSS code of the authority that leads it.")
    state = must(Text, "open, or closed.")
    closed_at = may(Timestamptz, "When it was closed; null while it is open.")
    created_at = must(Timestamptz, "When it was created.")


class ProgrammeLead(Row, tablename="programme_lead"):
    """Somebody who leads a programme; one without any lead is open to every lead."""

    programme = part_of(Programme, "What is led.")
    principal = must(Text, "The id of the lead's token or account, as the api knows her.")


class Invitation(Row, tablename="invitation"):
    """A code that lets a number of auditors join a programme."""

    programme = part_of(Programme, "What it invites to.")
    code_hash = must(Text, "A keyed hash of the code; the code itself is shown once and kept nowhere.", unique=True)
    places = must(Integer, "How many auditors may join with it.")
    used = must(Integer, "How many have.")
    expires_on = must(Date, "The last day on which it is honoured, in London's calendar.")
    label = may(Text, "Which group it is for, 1 to 100 characters; names nobody.")
    created_by = must(Text, "The id of the lead who made it.")
    created_at = must(Timestamptz, "When it was made.")
    withdrawn_at = may(Timestamptz, "When it was withdrawn; null while it stands.")


class Auditor(Row, tablename="auditor"):
    """A woman who walks, known by a random id and nothing else."""

    id = must(UUID, "The id that her phone sees.", unique=True)
    created_at = must(Timestamptz, "When she first joined a programme.")
    label = may(Text, "What an imported file calls her; null for those who joined by invitation.")
    erased_at = may(Timestamptz, "When she asked to be forgotten; what is left of her names nobody.")


class Membership(Row, tablename="membership"):
    """An auditor walks for a programme."""

    auditor = part_of(Auditor, "Who walks.")
    programme = part_of(Programme, "For what.")
    joined_at = must(Timestamptz, "Since when.")


class Device(Row, tablename="device"):
    """A phone that an auditor uses, and the one token it holds; a new token is a new row."""

    auditor = belongs_to(Auditor, "Whose phone it is.")
    device_id = may(UUID, "The id that the phone made for itself; at most one row that is not revoked has it.")
    token_hash = must(Text, "SHA-256 of its token, in hex.", unique=True)
    created_at = must(Timestamptz, "When the token was given.")
    revoked_at = may(Timestamptz, "When the token was revoked or superseded; it may still hand in walks begun before.")


class Walk(Row, tablename="walk"):
    """One leg of a walk, as one phone handed it in; its content never changes afterwards."""

    id = must(UUID, "The id that the phone made.", unique=True)
    programme = belongs_to(Programme, "What it was walked for.")
    auditor = may_outlive(Auditor, "Who handed it in, and owns it; null after her erasure, or where imported so.")
    device = may_outlive(Device, "The phone and token it came by; null where imported.")
    content_mac = must(Bytea, "HMAC of the content as parsed, before clipping, to know a retry from another walk.")
    state = must(Text, "incomplete, received, quarantined, accepted or rejected.")
    instrument_version = must(Integer, "The version of the instrument that the phone used, known to us or not.")
    leg = must(Text, "light or dark, as the group meant it.")
    paired_walk_id = may(UUID, "The id of the other leg, which may come later or never.")
    started_at = must(Timestamptz, "When the walk began, by the phone's clock.")
    ended_at = must(Timestamptz, "When it ended, by the phone's clock.")
    night_of = must(Date, "The night it belongs to: London's date of the start, or the day before if before 06:00.")
    dark = may(Boolean, "Whether the sun was below -6 degrees at every stop; null without a located stop.")
    group_size = must(Integer, "How many walked together.")
    cut_short = must(Boolean, "Whether it ended before the route did.")
    cut_short_reason = may(Text, "Why, in the group's words.")
    clock_offset_s = may(DoublePrecision, "Seconds by which the phone's clock was ahead of ours at receipt.")
    route = may(Route, "The track as LineString or MultiLineString, clipped to the area and to the stops.")
    received_at = must(Timestamptz, "When its content was durable here.")
    completed_at = may(Timestamptz, "When the phone said that all of it was sent.")
    reviewed_at = may(Timestamptz, "When the standing decision was made.")
    reviewed_by = may(Text, "The id of the lead or administrator who made it.")
    review_reason = may(Text, "Why, in her words; always there for a rejection or a changed decision.")


class WalkProblem(Row, tablename="walk_problem"):
    """A reason why a walk is quarantined, or a note on it."""

    walk = part_of(Walk, "What it is about.")
    code = must(Text, "The problem's kind, such as stop-outside-area.")
    detail = must(Text, "A sentence for the auditor and the reviewer, without coordinates or notes.")
    field = may(Text, "Which field it is about, such as stops[2].location.")


class WalkRevision(Row, tablename="walk_revision"):
    """Other content that came under a walk's id after its review had begun, kept for the reviewer."""

    walk = part_of(Walk, "Whose id it came under.")
    auditor = belongs_to(Auditor, "Who sent it.")
    received_at = must(Timestamptz, "When it came.")
    sealed = must(Bytea, "The content as sent, after clipping, sealed.")
    content_mac = may(Bytea, "HMAC of the content as parsed, before clipping; null for those from before it was kept.")
    route = may(Route, "Its track, clipped like a walk's.")
    decision = may(Text, "taken, left, or replaced by one that was taken over; null while it waits.")
    decided_at = may(Timestamptz, "When that was decided; null while it waits.")
    decided_by = may(Text, "The id of the reviewer.")
    reason = may(Text, "Why, in her words.")


class Stop(Row, tablename="stop"):
    """A place where the group stopped and scored aloud."""

    id = must(UUID, "The id that the phone made.", unique=True)
    programme = belongs_to(Programme, "The walk's programme, here too because every question asks for it.")
    walk = part_of(Walk, "The walk it is a stop of.")
    sequence = must(Integer, "Its place in the walk, as the phone counted.")
    planned_stop_id = may(UUID, "The planned stop, the same on both legs and on re-audits.")
    observed_at = must(Timestamptz, "When the group scored, by the phone's clock.")
    accuracy_m = may(DoublePrecision, "How far off the location may be, in metres, by the phone's own estimate.")
    location = may(Point, "Where it is, a Point; null where it was more than 100 m outside the area.")
    easting_m = may(DoublePrecision, "The same on British National Grid, metres east.")
    northing_m = may(DoublePrecision, "The same on British National Grid, metres north.")
    cell_q = may(Integer, "First axial coordinate of its 50 m hexagon (geo.grid).")
    cell_r = may(Integer, "Second axial coordinate of its 50 m hexagon.")
    sun_altitude_deg = may(DoublePrecision, "The sun's altitude there and then, in degrees.")
    sun_band = may(Text, "day, civil, nautical or night, by that altitude.")
    hub = may(Text, "The transport hub it belongs to, by its NaPTAN code.")
    hub_known = may(Boolean, "Whether that hub was in our list at receipt.")
    police = must(Boolean, "Whether police were there; a fact, never scored.")
    security = must(Boolean, "Whether security staff were there.")
    staff = must(Boolean, "Whether other staff were there.")
    cctv_sign = must(Boolean, "Whether a sign told of CCTV.")
    causes = must(Text, "The open cause chips, a JSON list of keys; the others are sealed.")
    note = may(Text, "What the group wrote; null where it is flagged.")
    note_review = may(Text, "publishable or withheld, as a reviewer found the note; null until she has.")
    note_flagged = must(Boolean, "Whether the note was flagged as a disclosure, and is held apart.")
    sealed = may(
        Bytea, "The flagged note and the chips about remarks, being followed or stopped, sealed; never exported."
    )
    kept = may(Text, "Unknown factors and scores off the scale, as sent: JSON, kept but never counted.")


class GroupScore(Row, tablename="group_score"):
    """What the group agreed aloud on one factor at one stop."""

    programme = belongs_to(Programme, "The walk's programme.")
    walk = part_of(Walk, "The walk.")
    stop = part_of(Stop, "The stop.")
    factor = must(Text, "The factor's key in the instrument.")
    value = may(SmallInt, "0 (worst) to 3 (best); null where an answer stands instead.")
    answer = may(Text, "cannot_tell or not_applicable; null where a value stands instead.")


class Response(Row, tablename="response"):
    """What one auditor said at one stop, alone; no role reads it, it leaves only in aggregates."""

    id = must(UUID, "The id that the phone made.", unique=True)
    programme = may_belong_to(Programme, "The walk's programme; null while held.")
    auditor = belongs_to(Auditor, "Who said it.")
    walk_id = must(UUID, "The walk's id, which may not have come yet.")
    stop_id = must(UUID, "The stop's id; one response per auditor and stop.")
    walk = may_be_part_of(Walk, "The walk; null while held.")
    stop = may_be_part_of(Stop, "The stop; null while held.")
    content_mac = must(Bytea, "HMAC of the content as parsed, to know a retry from another response.")
    presence_effect = must(Text, "How those present made her feel: a JSON object of presence to effect.")
    causes = must(Text, "The open cause chips, a JSON list of keys; the others are sealed.")
    sealed = may(
        Bytea, "Her note and the chips about remarks, being followed or stopped, sealed; while held, all of it."
    )
    received_at = must(Timestamptz, "When it was durable here.")
    held_until = may(Timestamptz, "When it is dropped unless its walk has come; null once it has.")


class PersonalScore(Row, tablename="personal_score"):
    """One factor of a response, written when its walk is there."""

    response = part_of(Response, "The response.")
    programme = belongs_to(Programme, "The walk's programme.")
    walk = part_of(Walk, "The walk.")
    stop = part_of(Stop, "The stop.")
    auditor = belongs_to(Auditor, "Who said it, so that people are counted and not rows.")
    factor = must(Text, "The factor's key in the instrument.")
    value = may(SmallInt, "0 (worst) to 3 (best); null where an answer stands instead.")
    answer = may(Text, "cannot_tell or not_applicable; null where a value stands instead.")


class Photo(Row, tablename="photo"):
    """A picture of a place, named by a walk or come before it; only its renditions are kept, never the original."""

    id = must(UUID, "The id that the phone made.", unique=True)
    auditor = belongs_to(Auditor, "Who took it, and owns it.")
    programme = may_belong_to(Programme, "The walk's programme; null before the walk came.")
    walk = may_be_part_of(Walk, "The walk; null before it came.")
    walk_id = may(UUID, "The walk's id, where it is known.")
    stop_id = may(UUID, "The id of the stop it shows.")
    sha256 = may(Text, "SHA-256 of the bytes as sent or announced, in hex.")
    bytes = may(Integer, "How many bytes those are.")
    media_type = may(Text, "image/jpeg, image/png or image/webp, as sent or announced.")
    caption = may(Text, "What the auditor wrote below it.")
    state = must(Text, "expected (named, not come), held (come before its walk), stored or refused.")
    refusal = may(Text, "Why it was refused, for the person who took it.")
    rendition_1600 = may(Text, "Key in the photo store of the JPEG within 1600 pixels.")
    rendition_320 = may(Text, "Key in the photo store of the JPEG within 320 pixels.")
    width = may(Integer, "Pixels across the larger rendition.")
    height = may(Integer, "Pixels down the larger rendition.")
    review = must(Text, "unreviewed, publishable or withheld; what the votes on it come to.")
    person_seen = may(Boolean, "Whether a reviewer saw a person in it as it now is; null until one has said so.")
    stored_at = may(Timestamptz, "When its renditions were durable here.")
    held_until = may(Timestamptz, "When it is dropped unless its walk has come.")


class AuditEvent(Row, tablename="audit_event"):
    """Who did what to what, and when; written with the change itself, and never changed."""

    at = must(Timestamptz, "When it was done.")
    actor = must(Text, "The id of who did it, or the name of the command that did.")
    action = must(Text, "What was done, such as walk accepted.")
    subject = must(Text, "What kind of thing it was done to, such as walk.")
    subject_id = must(Text, "The id of that thing, as clients see it.")
    detail = may(Text, "What else is worth knowing, a JSON object; never a note, a place or a score.")


class Edition(Row, tablename="edition"):
    """A frozen, dated, reproducible export of the evidence."""

    id = must(UUID, "The id that clients see.", unique=True)
    title = must(Text, "Its title, 1 to 200 characters.")
    audience = must(Text, "gla or public; says which disclosure rules it passed.")
    state = must(Text, "making, ready, failed or withdrawn.")
    method_version = must(Text, "The version of the method it was computed with.")
    from_on = may(Date, "The first night it covers; null for the beginning.")
    to_on = may(Date, "The last night it covers; null for all up to as_of.")
    as_of = must(Timestamptz, "Walks that had ended by then are in it.")
    programme_ids = must(Text, "The programmes it covers, a JSON list of ids.")
    data_sha256 = may(Text, "SHA-256 of its data, the same whenever it is made again from the same data.")
    made_at = must(Timestamptz, "When it was asked for.")
    made_by = must(Text, "The id of who asked for it.")
    failure = may(Text, "Why it failed, for the person who asked.")
    step = may(Text, "How far its making has come, for whoever waits; null once it is over.")
    queued_at = may(Timestamptz, "When it was left to the worker; null where the request itself made it.")
    leased_until = may(Timestamptz, "Until when the worker that took it should be done; null while it waits.")
    withdrawn_at = may(Timestamptz, "When it was withdrawn; null while it stands.")
    withdrawn_by = may(Text, "The id of who withdrew it.")
    withdrawal = may(Text, "Why, in her words, for everybody who has its address.")


class EditionFile(Row, tablename="edition_file"):
    """One file of an edition."""

    edition = part_of(Edition, "What it is a file of.")
    name = must(Text, "Its name, such as report.pdf.")
    media_type = must(Text, "Its media type.")
    sha256 = must(Text, "SHA-256 of its bytes in hex, and its key in the photo store.")
    bytes = must(Integer, "How many bytes it has.")
