"""The rows of what follows a walk. Nobody who walked is named in them: an issue is of stops, and stops of walks.

Instants are UTC, dates are London's; JSON is text. No column has a default. Checks stand in migrations/audits.
"""

from piccolo.columns import UUID, Date, Integer, Text, Timestamptz

from audits.tables import Programme, Stop
from migrations.columns import belongs_to, may, may_be_part_of, must, part_of
from migrations.database import Row


class Issue(Row, tablename="issue"):
    """Something that is wrong with a place, raised from what was scored there."""

    id = must(UUID, "The id that clients see.", unique=True)
    programme = belongs_to(Programme, "The programme whose walks found it.")
    kind = must(Text, "defect (report now, fixed in days) or design (months; for a design review).")
    title = must(Text, "What is wrong, in a line of 1 to 200 characters.")
    description = must(Text, "What else there is to say of it; may be empty. Never a quotation.")
    place = must(Text, "Where it is, in words that a responsible body finds it by.")
    factors = must(Text, "The group factors that it is about, a JSON list of keys.")
    causes = must(Text, "The open cause chips that it is about, a JSON list of keys.")
    state = must(
        Text, "raised, waiting, accepted, refused, done, walked_again or withdrawn, as its recommendations are."
    )
    raised_at = must(Timestamptz, "When it was raised.")
    raised_by = must(Text, "The id of who of the staff raised it.")
    withdrawn_at = may(Timestamptz, "When it was withdrawn as raised by mistake; null while it stands.")
    version = must(Integer, "Counts its changes, from 1; the ETag.")


class IssueStop(Row, tablename="issue_stop"):
    """A stop that an issue was raised from."""

    issue = part_of(Issue, "What was raised.")
    stop = part_of(Stop, "Where it was seen.")


class Recommendation(Row, tablename="recommendation"):
    """What one responsible body should do about an issue, what it answered, and what was done."""

    id = must(UUID, "The id that clients see.", unique=True)
    issue = part_of(Issue, "What it is about.")
    programme = belongs_to(Programme, "The issue's programme, here too because every question asks for it.")
    action = must(Text, "What should be done, in 1 to 1000 characters.")
    body_kind = must(Text, "What kind of body is responsible, a key of audits.actions.bodies.")
    body = must(Text, "Which one, by its name.")
    due_on = must(Date, "The day by which it should be done, that day included.")
    written_at = must(Timestamptz, "When it was written.")
    written_by = must(Text, "The id of who of the staff wrote it.")
    state = must(Text, "waiting, accepted, refused, done or withdrawn; follows from the columns below.")
    answer = may(Text, "accepted or refused; null before the body answered.")
    answered_on = may(Date, "The day of the answer.")
    answered_by = may(Text, "Who answered for the body: a role there, not a name.")
    answer_reason = may(Text, "Why; always there for a refusal.")
    done_on = may(Date, "The day on which it was done; null before.")
    done_note = may(Text, "What shows that it was done, in words.")
    withdrawn_at = may(Timestamptz, "When it was withdrawn; null while it stands.")
    version = must(Integer, "Counts its changes, from 1; the ETag.")


class DonePhoto(Row, tablename="done_photo"):
    """A picture that shows that something was done, repainted at the door like every other."""

    id = must(UUID, "The id that whoever added it made.", unique=True)
    recommendation = part_of(Recommendation, "What was done.")
    caption = must(Text, "What it shows, 1 to 300 characters.")
    file = must(Text, "Key in the photo store of the JPEG within 1600 pixels.")
    small = must(Text, "Key in the photo store of the JPEG within 320 pixels.")
    width = must(Integer, "Pixels across the larger rendition.")
    height = must(Integer, "Pixels down the larger rendition.")
    added_at = must(Timestamptz, "When it was added.")
    added_by = must(Text, "The id of who of the staff added it.")


class ReAuditStop(Row, tablename="re_audit_stop"):
    """A later stop at a place of an issue, linked to see what changed."""

    issue = part_of(Issue, "What was walked again for.")
    stop = part_of(Stop, "The later stop.")
    linked_at = must(Timestamptz, "When it was linked.")
    linked_by = must(Text, "The id of who of the staff linked it.")


class ActionChange(Row, tablename="action_change"):
    """One change of an issue or a recommendation, with what was said; rows are added and never altered."""

    issue = part_of(Issue, "The issue, also where the change is of a recommendation about it.")
    recommendation = may_be_part_of(Recommendation, "The recommendation; null where the issue itself changed.")
    at = must(Timestamptz, "When it was changed.")
    by = must(Text, "The id of who of the staff changed it.")
    action = must(Text, "What was done, such as answered.")
    reason = may(Text, "Why; always there for a correction, an undoing and a withdrawal.")
    said = must(Text, "What was said in the change: a JSON object of strings and lists of strings.")


class PlanPublication(Row, tablename="plan_publication"):
    """A programme's action plan that somebody of the staff looked at and let the public read."""

    programme = part_of(Programme, "Whose plan it is; one row while it is public.")
    published_at = must(Timestamptz, "When it was published.")
    published_by = must(Text, "The id of who published it.")
