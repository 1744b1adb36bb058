"""The rows of people: what they told of themselves, sealed and apart from who they are; erasures; help routes.

Constraints and indexes stand in migrations/audits.
"""

from piccolo.columns import UUID, Bytea, Date, Text, Timestamptz

from audits.tables import Auditor
from migrations.columns import must, part_of
from migrations.database import Row


class EqualityAnswers(Row, tablename="equality_answers"):
    """What one woman answered, under a random key; nothing in the row says who she is, or when she answered."""

    key = must(UUID, "Random; which auditor it belongs to is sealed in equality_link.", unique=True)
    question_set = must(Text, "The version of the questions that she answered.")
    sealed = must(Bytea, "Her answers, a JSON object, sealed.")


class EqualityLink(Row, tablename="equality_link"):
    """The one thread between an auditor and what she answered; cut by her, by erasure and by retention."""

    auditor = part_of(Auditor, "Who answered.")
    sealed = must(Bytea, "The key of her answers, sealed.")
    answered_at = must(Timestamptz, "When she answered last; after the time for it is over, both are deleted.")


class Erasure(Row, tablename="erasure"):
    """That somebody was forgotten, so that a restored backup forgets her again; not who."""

    id = must(UUID, "The number of her receipt.", unique=True)
    auditor_mac = must(Bytea, "HMAC of the id that was hers: it finds her in a backup and nowhere else.", unique=True)
    erased_at = must(Timestamptz, "When.")


class HelpPublished(Row, tablename="help_published"):
    """A version of the help routes after the first, which is part of the program."""

    version = must(Text, "The year and a number, such as 2026-2.", unique=True)
    dated = must(Date, "The day as of which the routes are right.")
    routes = must(Text, "The routes, a JSON list.")
    published_at = must(Timestamptz, "When it was published.")
    published_by = must(Text, "The id of who published it.")
