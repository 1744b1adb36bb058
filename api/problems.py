"""One catalogue of problems: what went wrong, its status, and the sentence a person reads."""

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from litestar import Request, Response
from litestar.exceptions import (
    HTTPException,
    ImproperlyConfiguredException,
    InternalServerException,
    NotAuthorizedException,
    ValidationException,
)
from litestar.response import Redirect, Template
from litestar.status_codes import HTTP_500_INTERNAL_SERVER_ERROR

from api.doorstep import request_id
from api.drafts.cookie import ForeignForm
from api.drafts.store import DraftTooLarge
from api.sessions.errors import (
    AddressNotAcceptable,
    CodeNotRight,
    LastAdministrator,
    NoSuchPerson,
    NothingToSetUp,
    PersonNotAcceptable,
    SignInLinkIsOver,
    YourOwnRole,
)
from api.sessions.lasting import own_path
from api.wire import UnreadableBody, WrongKind, address_parts
from audits.actions.errors import (
    ActionChangedMeanwhile,
    ActionNotAcceptable,
    DonePhotoDiffers,
    NoSuchDonePhoto,
    NoSuchIssue,
    NoSuchPlan,
    NoSuchRecommendation,
    OutOfTurn,
    PlanNotPublishable,
)
from audits.errors import (
    AreaTooLarge,
    CoverDiffers,
    CoverNotAcceptable,
    DarkroomBusy,
    DecisionNotAcceptable,
    DeviceRevoked,
    DevicesNotNamed,
    DigestMissing,
    EditionNotAcceptable,
    EditionNotReady,
    EditionWithdrawn,
    EvidenceNotAcceptable,
    IdTaken,
    InvitationNotAcceptable,
    InvitationNotValid,
    NoSuchDevice,
    NoSuchEdition,
    NoSuchFile,
    NoSuchInvitation,
    NoSuchPhoto,
    NoSuchProgramme,
    NoSuchResponse,
    NoSuchWalk,
    NotAcceptable,
    NothingToReview,
    PhotoDiffers,
    PhotoMismatch,
    PhotoOfAnotherKind,
    PhotoRefused,
    PhotosMissing,
    PhotoStoreFull,
    PhotoStoreUnavailable,
    PhotoTooLarge,
    PictureChanged,
    PlanIsWalked,
    ProgrammeClosed,
    ProgrammeNotAcceptable,
    ReportNotMade,
    ResponseAlreadyGiven,
    ResponseDiffers,
    ResponseNotAcceptable,
    UnknownInstrument,
    UnknownProgramme,
    WalkDiffers,
    WalkNotAcceptable,
)
from audits.people.errors import AnswersNotAcceptable, HelpNotAcceptable, NobodyToErase, UnknownQuestionSet
from audits.reviewing.errors import (
    CannotNameOneself,
    CorrectionNotAcceptable,
    NoSuchNote,
    NoSuchRevision,
    NoSuchStop,
    NotANamedReader,
    NoteDecisionNotAcceptable,
    RevisionDecided,
    RevisionNotTakeable,
    StopMovedMeanwhile,
)
from charter.errors import (
    CertificateNotMade,
    ChangedMeanwhile,
    EvidenceFileDiffers,
    EvidenceUnreadable,
    LinkIsOver,
    NobodyThere,
    NomineeNotAcceptable,
    NoSuchEvidenceFile,
    NoSuchPledge,
    NoSuchPremises,
    NoSuchSignatory,
    NotCertified,
    NotHeld,
    NotThisRole,
    OrganisationWithdrew,
    PledgeNotAcceptable,
    PremisesNotAcceptable,
    SignatureNotAcceptable,
    TooManyNamed,
    UnacceptableFilter,
    UnreadableFilter,
    UnreadableSheet,
    WhichOrganisation,
)
from charter.scheme.errors import DecidedMeanwhile, NobodyToWriteTo, NoSuchPair, NotDone, WordingTaken
from charter.year.errors import NotForADeputy, ReviewNotAcceptable, ReviewNotOpen, WithdrawalNotAcceptable
from geo.errors import UnacceptableShape
from geo.places.errors import NoSuchPlace
from migrations.database import DatabaseFull, DatabaseReadOnly, DatabaseUnavailable

PROBLEM_JSON = "application/problem+json"
RETRY_AFTER_S = 5
UNKNOWN_FIELD = re.compile(r"(?:unknown|required) field `([^`]*)`")
MISSING_PARAMETER = re.compile(r"Missing required query parameter '([^']*)'")
NO_BODY = "'data'"  # Litestar's complaint when a handler's body did not come
logger = logging.getLogger("night_safety.problems")


@dataclass(frozen=True)
class Problem:
    """One kind of problem: its name in `/problems/<name>`, its status, its title, and when to try again."""

    name: str
    status: int
    title: str
    headers: Mapping[str, str] = field(default_factory=dict)


class NotSignedIn(Exception):
    """The caller is not known, and this needs to know her."""


class NotYourRole(Exception):
    """The caller is known, and this is not hers to do."""


class SecondFactorDue(Exception):
    """Somebody of the staff signed in by her letter, and has not shown her second factor yet."""

    def __init__(self) -> None:
        super().__init__("Show your second factor first: type the code that your app shows, at /sign-in/code.")


class TooManyRequests(Exception):
    """The caller asks more often than one person would."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__("There were too many requests from your network. Wait a little and try again.")
        self.headers = {"Retry-After": str(retry_after_s)}


class IfMatchMissing(Exception):
    """An edit that does not say which state it was made of."""

    def __init__(self) -> None:
        super().__init__("Send the ETag of what you changed as If-Match, so that nobody else's change is lost.")


class ExportsBusy(Exception):
    """As many files are being downloaded as the database can serve beside everything else."""


LATER = {"Retry-After": str(RETRY_AFTER_S)}

CATALOGUE: dict[type[Exception], Problem] = {
    UnreadableBody: Problem("unreadable", 400, "The request cannot be read"),
    WrongKind: Problem("wrong-kind", 415, "That kind of content is not taken here"),
    NotSignedIn: Problem("not-signed-in", 401, "Who are you?", {"WWW-Authenticate": "Bearer"}),
    NotYourRole: Problem("not-your-role", 403, "This is not yours to do"),
    SecondFactorDue: Problem("second-factor-due", 403, "Your second factor comes first"),
    AddressNotAcceptable: Problem("address-not-acceptable", 422, "No letter can be sent there"),
    SignInLinkIsOver: Problem("sign-in-link-is-over", 410, "This link works no more"),
    CodeNotRight: Problem("code-not-right", 422, "This code is not right"),
    NothingToSetUp: Problem("nothing-to-set-up", 409, "There is nothing to set up"),
    PersonNotAcceptable: Problem("person-not-acceptable", 422, "Nobody was added"),
    NoSuchPerson: Problem("no-such-person", 404, "There is no such person"),
    LastAdministrator: Problem("last-administrator", 409, "Somebody must look after people"),
    YourOwnRole: Problem("your-own-role", 409, "This would lock you out"),
    ForeignForm: Problem("foreign-form", 403, "This form came from elsewhere"),
    DraftTooLarge: Problem("draft-too-large", 413, "This is more than one form holds"),
    IfMatchMissing: Problem("if-match-missing", 428, "Which state was changed?"),
    ChangedMeanwhile: Problem("changed-meanwhile", 412, "Somebody else has changed this"),
    OrganisationWithdrew: Problem("organisation-withdrew", 409, "The organisation withdrew"),
    UnreadableSheet: Problem("unreadable", 400, "The request cannot be read"),
    PremisesNotAcceptable: Problem("premises-not-acceptable", 422, "These premises cannot be taken as they stand"),
    NoSuchPremises: Problem("no-such-premises", 404, "There are no such premises"),
    TooManyRequests: Problem("too-many-requests", 429, "Too many requests"),
    ExportsBusy: Problem("exports-busy", 503, "Many files are being downloaded", LATER),
    NoSuchPlace: Problem("no-such-place", 404, "There is no such place"),
    UnacceptableShape: Problem("unacceptable-shape", 422, "This place or area cannot be used"),
    DatabaseUnavailable: Problem("database-unavailable", 503, "The service cannot reach its database", LATER),
    DatabaseReadOnly: Problem("database-read-only", 503, "Nothing can be saved just now", LATER),
    DatabaseFull: Problem("storage-full", 507, "There is no room to save this", LATER),
    SignatureNotAcceptable: Problem("signature-not-acceptable", 422, "The signature cannot be taken as it stands"),
    ReviewNotAcceptable: Problem("review-not-acceptable", 422, "The review is not complete"),
    ReviewNotOpen: Problem("review-not-open", 409, "This cannot be reviewed"),
    WithdrawalNotAcceptable: Problem("withdrawal-not-acceptable", 422, "Nothing was withdrawn"),
    NotForADeputy: Problem("not-for-a-deputy", 403, "This is not for a deputy"),
    LinkIsOver: Problem("link-is-over", 410, "This link works no more"),
    NoSuchSignatory: Problem("no-such-signatory", 404, "There is no such signatory"),
    PledgeNotAcceptable: Problem("pledge-not-acceptable", 422, "The pledge cannot stand as it is said"),
    EvidenceUnreadable: Problem("unreadable", 400, "The request cannot be read"),
    NoSuchPledge: Problem("no-such-pledge", 404, "There is no such pledge"),
    NoSuchEvidenceFile: Problem("no-such-picture", 404, "There is no such picture"),
    EvidenceFileDiffers: Problem("picture-differs", 409, "Another picture has this id"),
    NomineeNotAcceptable: Problem("nominee-not-acceptable", 422, "This person cannot be named"),
    NotThisRole: Problem("not-your-role", 403, "This is not yours to do"),
    NobodyThere: Problem("nobody-there", 404, "There is nobody to do that for"),
    TooManyNamed: Problem("too-many-named", 429, "Too many people were named", {"Retry-After": "86400"}),
    WhichOrganisation: Problem("which-organisation", 422, "Which organisation?"),
    NotCertified: Problem("not-certified", 409, "There is no certificate just now"),
    CertificateNotMade: Problem("certificate-not-made", 500, "The certificate could not be set"),
    NotDone: Problem("not-done", 422, "Nothing was done"),
    DecidedMeanwhile: Problem("decided-meanwhile", 409, "This was decided meanwhile"),
    NoSuchPair: Problem("no-such-pair", 404, "There is no such pair"),
    NobodyToWriteTo: Problem("nobody-to-write-to", 409, "There is nobody to write to"),
    WordingTaken: Problem("wording-taken", 409, "This wording was published before"),
    NotHeld: Problem("not-held", 409, "This signature is not held"),
    UnreadableFilter: Problem("unreadable", 400, "The request cannot be read"),
    UnacceptableFilter: Problem("unacceptable-filter", 422, "The register cannot be narrowed by that"),
    NotAcceptable: Problem("not-acceptable", 422, "This cannot be accepted as it stands"),
    ProgrammeNotAcceptable: Problem("programme-not-acceptable", 422, "This programme cannot be created"),
    AreaTooLarge: Problem("area-too-large", 403, "The area takes an administrator"),
    NoSuchInvitation: Problem("no-such-invitation", 404, "There is no such invitation"),
    NoSuchProgramme: Problem("no-such-programme", 404, "There is no such programme"),
    PlanIsWalked: Problem("plan-is-walked", 409, "This plan was walked already"),
    ProgrammeClosed: Problem("programme-closed", 409, "The programme is closed"),
    InvitationNotAcceptable: Problem("invitation-not-acceptable", 422, "This invitation cannot be made"),
    InvitationNotValid: Problem("invitation-not-valid", 410, "The invitation is not valid"),
    DevicesNotNamed: Problem("devices-not-named", 422, "Whose devices?"),
    NoSuchDevice: Problem("no-such-device", 404, "There is no such device"),
    NothingToReview: Problem("nothing-to-review", 409, "There is nothing to review yet"),
    DecisionNotAcceptable: Problem("decision-not-acceptable", 422, "The decision needs a reason"),
    CorrectionNotAcceptable: Problem("correction-not-acceptable", 422, "The stop cannot be moved like this"),
    NoSuchStop: Problem("no-such-stop", 404, "There is no such stop"),
    NoSuchRevision: Problem("no-such-revision", 404, "There is no such version"),
    RevisionDecided: Problem("revision-decided", 409, "This version was decided about"),
    RevisionNotTakeable: Problem("revision-not-takeable", 409, "This version cannot be taken over"),
    NoSuchNote: Problem("no-such-note", 404, "There is no such note"),
    NotANamedReader: Problem("not-a-named-reader", 403, "The note is restricted"),
    CannotNameOneself: Problem("cannot-name-oneself", 409, "Somebody else names you"),
    NoteDecisionNotAcceptable: Problem("note-decision-not-acceptable", 422, "The decision lacks something"),
    StopMovedMeanwhile: Problem("changed-meanwhile", 412, "Somebody else has moved this stop"),
    UnknownInstrument: Problem("unknown-instrument", 404, "There is no such instrument"),
    NoSuchWalk: Problem("no-such-walk", 404, "There is no such walk"),
    WalkNotAcceptable: Problem("walk-not-acceptable", 422, "This walk cannot be taken as it stands"),
    UnknownProgramme: Problem("unknown-programme", 422, "There is no such programme"),
    IdTaken: Problem("id-taken", 422, "An id is already used"),
    WalkDiffers: Problem("walk-differs", 409, "Another walk has this id"),
    DeviceRevoked: Problem("device-revoked", 401, "This device was signed out", {"WWW-Authenticate": "Bearer"}),
    PhotosMissing: Problem("photos-missing", 409, "Photos are still missing"),
    NoSuchPhoto: Problem("no-such-photo", 404, "There is no such photo"),
    NoSuchEdition: Problem("no-such-edition", 404, "There is no such edition"),
    EditionWithdrawn: Problem("edition-withdrawn", 410, "This edition was withdrawn"),
    EditionNotReady: Problem("edition-not-ready", 409, "This edition is not ready"),
    EditionNotAcceptable: Problem("edition-not-acceptable", 422, "The edition cannot be made as asked"),
    EvidenceNotAcceptable: Problem("evidence-not-acceptable", 422, "This cannot be asked of the evidence"),
    ReportNotMade: Problem("report-not-made", 500, "The report could not be set"),
    NoSuchFile: Problem("file-missing", 500, "A file is missing on our side"),
    DigestMissing: Problem("digest-missing", 400, "The digest is missing"),
    PhotoMismatch: Problem("photo-mismatch", 422, "These are other bytes than announced"),
    PhotoDiffers: Problem("photo-differs", 409, "Another photo has this id"),
    PictureChanged: Problem("picture-changed", 412, "This photo was painted over meanwhile"),
    CoverNotAcceptable: Problem("cover-not-acceptable", 422, "This cannot be painted over"),
    CoverDiffers: Problem("cover-differs", 409, "Something else was painted over under this id"),
    PhotoRefused: Problem("photo-refused", 422, "This photo cannot be taken"),
    PhotoOfAnotherKind: Problem("photo-of-another-kind", 415, "This kind of photo is not taken"),
    PhotoTooLarge: Problem("photo-too-large", 413, "This photo is too large"),
    DarkroomBusy: Problem("darkroom-busy", 503, "Many photos are coming in", LATER),
    PhotoStoreFull: Problem("storage-full", 507, "There is no room to save this", LATER),
    PhotoStoreUnavailable: Problem("photo-store-unavailable", 503, "Photos cannot be kept just now", LATER),
    ActionNotAcceptable: Problem("action-not-acceptable", 422, "This cannot stand as it was sent"),
    NoSuchIssue: Problem("no-such-issue", 404, "There is no such issue"),
    NoSuchRecommendation: Problem("no-such-recommendation", 404, "There is no such recommendation"),
    NoSuchDonePhoto: Problem("no-such-picture", 404, "There is no such picture"),
    DonePhotoDiffers: Problem("picture-differs", 409, "Another picture has this id"),
    ActionChangedMeanwhile: Problem("changed-meanwhile", 412, "Somebody else has changed this"),
    OutOfTurn: Problem("out-of-turn", 409, "Something else comes first"),
    PlanNotPublishable: Problem("plan-not-publishable", 409, "This plan cannot be public yet"),
    NoSuchPlan: Problem("no-such-plan", 404, "There is no such plan"),
    NoSuchResponse: Problem("no-such-response", 404, "There is no such response"),
    ResponseNotAcceptable: Problem("response-not-acceptable", 422, "This response cannot be taken as it stands"),
    ResponseDiffers: Problem("response-differs", 409, "Another response has this id"),
    ResponseAlreadyGiven: Problem("response-already-given", 409, "You have answered at this stop"),
    UnknownQuestionSet: Problem("unknown-question-set", 404, "There are no such questions"),
    AnswersNotAcceptable: Problem("answers-not-acceptable", 422, "These answers cannot be kept as they stand"),
    HelpNotAcceptable: Problem("help-not-acceptable", 422, "These help routes cannot be published"),
    NobodyToErase: Problem("nobody-to-erase", 404, "There is nobody to erase"),
}

# What a person reads when the fault is ours or the framework's; the exception's own words stay in the log.
OUR_WORDS: dict[str, str] = {
    "database-unavailable": "The service cannot reach its database. Nothing was lost; try again in a few seconds.",
    "database-read-only": "Nothing can be saved just now. Keep what you have and try again later.",
    "file-missing": "A file that should be here is not. It was logged; quote the request id to an administrator.",
    "storage-full": "There is no room left to save this. Keep what you have and try again later.",
}
BY_STATUS: dict[int, tuple[str, str, str]] = {
    400: ("unreadable", "The request cannot be read", "Check the fields named in errors and send it again."),
    401: ("not-signed-in", "Who are you?", "Send your token in the Authorization header: Bearer <token>."),
    403: ("not-your-role", "This is not yours to do", "Ask the programme's lead or an administrator."),
    404: ("not-found", "There is nothing here", "Check the address; it may be absent, or not yours."),
    405: ("method-not-allowed", "That cannot be done here", "See /api/openapi.json for what this address answers to."),
    413: ("too-large", "That is too large", "Send it smaller."),
    415: ("wrong-kind", "That kind of content is not taken here", "See /api/openapi.json for what is."),
    429: ("too-many-requests", "Too many requests", "Wait a little and try again."),
}
FAULT = (
    "our-fault",
    "Something went wrong on our side",
    "It was logged. Try again, or quote the request id.",
)


def problem_of(error: Exception) -> Problem | None:
    """The catalogue's entry for `error`, looked up along its class's ancestors."""
    return next((CATALOGUE[kind] for kind in type(error).__mro__ if kind in CATALOGUE), None)


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The response for any exception: problem+json for programs, a plain page or the way to sign in for people."""
    if isinstance(error, NotSignedIn | SecondFactorDue) and wants_a_page(request):
        return _to_sign_in(request, "/sign-in" if isinstance(error, NotSignedIn) else "/sign-in/code")
    problem = problem_of(error)
    if problem is not None:
        if problem.status == HTTP_500_INTERNAL_SERVER_ERROR:
            logger.error("fault", exc_info=error, extra={"request_id": request_id(request.scope)})
        detail = OUR_WORDS.get(problem.name) or str(error)
        return _response(request, problem, detail, error)
    if isinstance(error, InternalServerException) and "disconnected" in error.detail:
        return answer(request, UnreadableBody("The connection ended before the body did. Send it again."))
    if isinstance(error, HTTPException) and not isinstance(error, ImproperlyConfiguredException):
        status = 401 if isinstance(error, NotAuthorizedException) else error.status_code
        if status < 500:
            name, title, detail = BY_STATUS.get(status, BY_STATUS[400])
            return _response(request, Problem(name, status, title, error.headers or {}), detail, error)
    logger.error("fault", exc_info=error, extra={"request_id": request_id(request.scope)})
    name, title, detail = FAULT
    return _response(request, Problem(name, 500, title), detail, error)


def _response(request: Request[Any, Any, Any], problem: Problem, detail: str, error: Exception) -> Response[Any]:
    body = {
        "type": f"/problems/{problem.name}",
        "title": problem.title,
        "status": problem.status,
        "detail": detail,
        "request_id": request_id(request.scope),
    }
    if errors := [{"field": name, "message": message} for name, message in _errors_of(error)]:
        body["errors"] = errors
    headers = {**problem.headers, **getattr(error, "headers", {})} if problem_of(error) else dict(problem.headers)
    if wants_a_page(request):
        return _page(request, body, headers)
    content = msgspec.json.encode(body)
    return Response(content, status_code=problem.status, media_type=PROBLEM_JSON, headers=headers)


def wants_a_page(request: Request[Any, Any, Any]) -> bool:
    """Whether a person's browser is asking: an address outside /api that prefers HTML."""
    if request.scope["path"].startswith(("/api", "/healthz", "/readyz")):
        return False
    try:
        best = request.accept.best_match(["application/json", "text/html"], default="application/json")
    except (ValueError, OverflowError):
        # Weighed by what is no number.
        return False
    return best == "text/html"


def _to_sign_in(request: Request[Any, Any, Any], page: str) -> Redirect:
    """The page to sign in on, which leads back: to the page asked for, or to the one whose form was sent too late."""
    if request.method == "GET":
        # Not request.url, for that holds the Host that was sent, which may be none.
        at, query = quote(request.scope["path"]), request.scope["query_string"].decode("ascii", "ignore")
    else:
        sent_from = address_parts(request.headers.get("referer", ""))
        at, query = sent_from.path, sent_from.query
    path = own_path(f"{at}?{query}" if query else at)
    return Redirect(f"{page}?{urlencode({'next': path})}" if path else page, status_code=303)


def _page(request: Request[Any, Any, Any], body: dict[str, Any], headers: dict[str, str]) -> Response[Any]:
    return Template("problem.html", context=body, status_code=body["status"], headers=headers)


def _errors_of(error: Exception) -> Iterable[tuple[str, str]]:
    if isinstance(error, ValidationException):
        if missing := MISSING_PARAMETER.search(error.detail):
            return [(missing[1], "This is missing from the address.")]
        return [_field_error(found) for found in error.extra or () if isinstance(found, dict)]
    return [(found[0], found[1]) for found in getattr(error, "errors", ())]


def _field_error(found: dict[str, Any]) -> tuple[str, str]:
    """Litestar says where by key, and msgspec names a missing or unknown field only in its message."""
    where, message = str(found.get("key", "")), str(found.get("message", ""))
    where = "" if where == "data" else where
    if message == NO_BODY:
        return "body", "The body is missing."
    if named := UNKNOWN_FIELD.search(message):
        where = f"{where}.{named[1]}" if where else named[1]
    return where or "body", message
