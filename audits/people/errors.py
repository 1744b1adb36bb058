"""What can go wrong with what people tell of themselves; each message says what to do next."""

from audits.errors import AuditError, NotAcceptable


class UnknownQuestionSet(AuditError):
    """No equality questions were published under that version (404)."""


class AnswersNotAcceptable(NotAcceptable):
    """An answer that no question offers, or to a question that the set does not ask."""


class HelpNotAcceptable(NotAcceptable):
    """The help routes cannot be published as they stand."""


class NobodyToErase(AuditError):
    """There is no such auditor, or she was erased before; both are told alike."""
