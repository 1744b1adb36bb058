"""The rows of the register: who signed, where, whom to write to, and what was written.

Instants are UTC, dates are London's; geometry is WGS 84, longitude first; JSON is text. No column has a default: a row
says everything. Constraints and indexes stand in migrations/charter.
"""

from functools import partial

from piccolo.columns import (
    UUID,
    BigInt,
    Boolean,
    Bytea,
    Date,
    Integer,
    SmallInt,
    Text,
    Timestamptz,
)

from geo.geometry import Geometry
from migrations.columns import belongs_to, may, may_be_part_of, must, part_of
from migrations.database import Row

Point = partial(Geometry, "Point")


class ReferenceCount(Row, tablename="reference_count"):
    """How many references a year has given out; deleted signatures' references are never given again."""

    year = must(Integer, "The year of signing, in London.", unique=True)
    last = must(Integer, "The last place given in that year.")


class Signatory(Row, tablename="signatory"):
    """An organisation that signed, in one of the states of charter.signing.STATES."""

    id = must(UUID, "The id that clients see.", unique=True)
    reference = must(Text, "What people quote, such as WNSC-2026-00042.", unique=True)
    charter_version = must(Text, "The wording that was signed.")
    name = must(Text, "The organisation's name exactly as it was written, 1 to 300 characters.")
    folded = must(Text, "The name as it is searched and sorted: lower case, without accents.")
    sector = must(Text, "A key of charter.pledges.SECTORS.")
    website = may(Text, "Its web address, where it gave one.")
    likeness = may(Text, "Its name without what differs between spellings of one name, to notice a second signature.")
    site = may(Text, "The host of its web address, to notice a second signature; null where many share it.")
    state = must(Text, "applied, active, review_due, lapsed, withdrawn, held or suspended.")
    public_listing = must(Boolean, "Whether it agreed to stand in the public register; it counts either way.")
    network_contact = must(Boolean, "Whether it agreed to be written to about the scheme's network.")
    applied_at = must(Timestamptz, "When the signature was sent, or released by the scheme desk that had held it.")
    signed_on = may(Date, "The day on which the signature was confirmed; null before.")
    last_confirmed_on = may(Date, "The last day on which it was confirmed or reviewed; null before.")
    review_due_on = may(Date, "When its yearly review is due; null before it is confirmed and once it is withdrawn.")
    champion_since = may(Date, "Since when it has a confirmed champion without a break; null while it has none.")
    champion_gone_on = may(Date, "Since when it has none, after it had one; pledge 1 lapses after a grace period.")
    held_because = may(Text, "What made the scheme desk hold it, in a fixed word; null unless it is held.")
    suspended_from = may(Text, "The state to which it returns when its suspension is lifted; null unless suspended.")
    merged_into = may_be_part_of(
        "self",  # type: ignore[arg-type]
        "The older signature that this one repeats; null unless it was merged.",
    )


# The columns of a listed place and `sealed` exclude each other; the schema checks it.
class Premises(Row, tablename="premises"):
    """A place of a signatory. What is unlisted is kept sealed, its borough apart: somebody may be looking for it."""

    id = must(UUID, "The id that clients see.", unique=True)
    signatory = part_of(Signatory, "Whose place it is.")
    sequence = must(Integer, "Its place in the order in which the organisation named its premises.")
    listed = must(Boolean, "Whether it may be shown; an unlisted place shows its borough only.")
    borough = may(Text, "GSS code of the borough that it is in; null outside London or before boroughs are imported.")
    name = may(Text, "Its name; null where it is sealed.")
    folded = may(Text, "The name as it is searched; null where it is sealed.")
    address = may(Text, "Its address; null where it is sealed.")
    postcode = may(Text, "Its postcode, with one space; null where it is sealed.")
    location = may(Point, "Where it is; null where it is sealed.")
    opening_hours = may(Text, "Its opening hours as JSON; null where they are sealed.")
    sealed = may(Bytea, "An unlisted place as it was sent, as JSON, sealed; null where it is listed.")
    own_reference = may(Text, "What the organisation itself calls it, such as a shop number; null where it is sealed.")
    place_mac = may(Bytea, "HMAC of its address and postcode, folded, to notice the same place twice.")


class Contact(Row, tablename="contact"):
    """A person of a signatory; her name, job title and address are sealed, and erased when she leaves her role."""

    id = must(UUID, "What binds the sealed content to this row.", unique=True)
    signatory = part_of(Signatory, "For whom she stands.")
    role = must(Text, "signatory, champion or deputy.")
    email_mac = may(Bytea, "HMAC of her address in lower case, to find her by it; null once she left.")
    sealed = may(Bytea, "Her name, job title and address as JSON, sealed; null once she left.")
    confirmed_at = may(Timestamptz, "When she followed her letter; null before.")
    named_at = may(Timestamptz, "When she was named; null where she was named by the signature itself.")
    ended_on = may(Date, "When she left her role, or somebody took it over; null while she has it.")


class Confirmation(Row, tablename="confirmation"):
    """A link that was written to a contact; the token itself stands only in the sealed letter."""

    signatory = part_of(Signatory, "What it confirms.")
    contact = part_of(Contact, "To whom it was written.")
    token_hash = must(Text, "SHA-256 of the token, in hex.", unique=True)
    expires_at = must(Timestamptz, "Until when it can be followed.")
    used_at = may(Timestamptz, "When it was followed; it works once.")
    superseded_at = may(Timestamptz, "When a newer link took its place.")


class Letter(Row, tablename="letter"):
    """A letter to be sent, written with its cause; its content is erased once it is sent or given up."""

    id = must(UUID, "What mail servers and the outbox folder know it by.", unique=True)
    signatory = may_be_part_of(Signatory, "About whom it is; null for letters about nobody in the register.")
    kind = must(Text, "Why it was written.")
    sealed = may(Bytea, "The letter with its recipient as JSON, sealed; null once it is sent or given up.")
    written_at = must(Timestamptz, "When it was written.")
    due_at = must(Timestamptz, "When it is tried next; a worker that takes it moves this on, as its lease.")
    attempts = must(Integer, "How often a worker has taken it.")
    failure = may(Text, "Why the last attempt failed, as a category without any address; null after a success.")
    sent_at = may(Timestamptz, "When a mail server took it.")
    given_up_at = may(Timestamptz, "When it was given up, because its recipient is refused for good.")


class CharterEvent(Row, tablename="charter_event"):
    """The trail: who did what to what, and when; written in the transaction of the change itself."""

    at = must(Timestamptz, "When.")
    actor = must(Text, "Who: a principal's id, signatory, champion, or worker.")
    action = must(Text, "What was done.")
    subject = must(Text, "To what kind of thing.")
    subject_id = must(Text, "Its id.")
    detail = may(Text, "More as JSON; never a name, an address or a secret.")


class CharterLink(Row, tablename="charter_link"):
    """One link of the chain over the trail; its number is its place, counted from 1 without a gap."""

    event = belongs_to(CharterEvent, "The event that it commits to.")
    cause = must(Text, "written; the trail of the register names nobody, and nothing of it is ever erased.")
    salt = may(Bytea, "Random bytes under the commitment.")
    commitment = must(Bytea, "SHA-256 of the salt and of what the event says.")
    linked_at = must(Timestamptz, "When it was linked.")
    mac = must(Bytea, "HMAC of all this and of the link before, under a key that is not in the database.")


class CharterHead(Row, tablename="charter_head"):
    """Where the chain ends: one row, locked by whoever adds to it."""

    position = must(BigInt, "The number of the last link; 0 before the first.")
    mac = must(Bytea, "Its HMAC.")


class KeptPledge(Row, tablename="kept_pledge"):
    """How a signatory keeps one of its pledges now; a pledge without a row is not started."""

    signatory = part_of(Signatory, "Who keeps it.")
    pledge = must(SmallInt, "Its number, 1 to 7.")
    state = must(Text, "not_started, in_progress, evidenced or lapsed.")
    statement = may(Text, "In the champion's words, how it is kept.")
    evidence = must(Text, "What shows it, as JSON in the shape that charter.keeping.evidence gives this pledge.")
    evidence_on = may(Date, "Of which day the evidence is; null before there is any.")
    refresh_due_on = may(Date, "When it is to be done again, as its evidence says; null where it says nothing.")
    changed_at = must(Timestamptz, "When it was last changed.")


class PledgeChange(Row, tablename="pledge_change"):
    """The history of a pledge: every state that it was in, as it was then."""

    signatory = part_of(Signatory, "Whose pledge.")
    pledge = must(SmallInt, "Its number, 1 to 7.")
    at = must(Timestamptz, "When it changed to this.")
    by = must(Text, "Who changed it: a contact's id, or worker.")
    state = must(Text, "What it changed to.")
    statement = may(Text, "The statement from then on.")
    evidence = must(Text, "The evidence from then on, as JSON.")
    evidence_on = may(Date, "Of which day that evidence is.")


class EvidenceFile(Row, tablename="evidence_file"):
    """A picture that shows how a pledge is kept; painted anew at the door, as photos of walks are."""

    id = must(UUID, "The id that clients see.", unique=True)
    signatory = part_of(Signatory, "Whose it is.")
    pledge = must(SmallInt, "The pledge that it shows.")
    caption = must(Text, "What it shows, in the champion's words.")
    file = must(Text, "SHA-256 of the painted picture, by which the photo store knows it.")
    small = must(Text, "The same of the picture within 320 pixels, for lists.")
    width = must(Integer, "Its width in pixels.")
    height = must(Integer, "Its height in pixels.")
    added_at = must(Timestamptz, "When it was added.")
    added_by = must(Text, "Who added it: a contact's id.")


class Review(Row, tablename="review"):
    """A yearly self-review that was done."""

    id = must(UUID, "The id that clients see.", unique=True)
    signatory = part_of(Signatory, "Who reviewed itself.")
    due_on = must(Date, "When it was due.")
    done_on = must(Date, "When it was done.")
    by = must(Text, "Who did it: a contact's id.")
    charter_version = must(Text, "The wording that it reviewed itself by.")


class Reminder(Row, tablename="reminder"):
    """A letter about something due that was written once and is not written again."""

    signatory = part_of(Signatory, "Who was reminded.")
    about = must(Text, "What is due: review, champion, or refresh-5 for the training of pledge 5.")
    due_on = must(Date, "The day on which it is due.")
    step = must(Text, "Which of the letters about it: 28-days, 7-days, today, lapsed.")
    written_at = must(Timestamptz, "When.")


class PossibleDuplicate(Row, tablename="possible_duplicate"):
    """A signature that may repeat an earlier one, for the scheme desk to judge."""

    id = must(UUID, "The id that the desk sees.", unique=True)
    signatory = part_of(Signatory, "The newer signature.")
    other = part_of(Signatory, "The earlier one.")
    reasons = must(Text, "What they share, as a JSON list of name, premises, address, website.")
    noticed_at = must(Timestamptz, "When.")
    decision = may(Text, "merged or distinct; null while it is open.")
    decided_at = may(Timestamptz, "When it was judged.")
    decided_by = may(Text, "Who judged it: a principal's id.")


class BurstCount(Row, tablename="burst_count"):
    """How many signatures one window of time saw: from one network, for one e-mail domain or address, or in all."""

    about = must(Text, "network, domain, address or all.")
    who = must(Bytea, "A keyed hash of the network, domain or address; never itself.")
    window_began_at = must(Timestamptz, "When the window began.")
    times = must(Integer, "How many signatures it has seen.")


class SchemeNote(Row, tablename="scheme_note"):
    """What the scheme desk wrote to or about a signatory; sealed, for it may name people."""

    id = must(UUID, "What binds the sealed content to this row.", unique=True)
    signatory = part_of(Signatory, "About whom.")
    at = must(Timestamptz, "When.")
    by = must(Text, "Who wrote it: a principal's id.")
    kind = must(Text, "letter, correction, suspension, reinstatement, merge or note.")
    sealed = must(Bytea, "The text as JSON, sealed.")


class CharterWording(Row, tablename="charter_wording"):
    """A wording of the charter that was published after 2018's; signatures keep the one that they signed."""

    version = must(Text, "What it is called, such as 2027.", unique=True)
    pledges = must(Text, "The seven pledges as a JSON list of number, text and evidence.")
    changes = must(Text, "What is different from the wording before, in a sentence or two.")
    published_at = must(Timestamptz, "When; the newest is the one that is signed.")
    published_by = must(Text, "Who published it: a principal's id.")
