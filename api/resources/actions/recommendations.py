"""Recommendations: written, read, put right, answered, done, withdrawn and undone."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from litestar import Request, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from api.resources.actions.acting import ACTING, EDITING, Why, tagged
from api.resources.actions.asked import ASKED
from api.resources.actions.shown import RecommendationShown, recommendation_shown
from api.resources.paging import Page, page
from api.roles import Principal
from audits.actions import issues as questions
from audits.actions import recommending
from audits.actions.content import AnswerSaid, DoneSaid, RecommendationSaid
from audits.actions.issues import Asked, Recommended
from audits.actions.keeping import Acting
from audits.actions.recommending import today_in_london

ONE = "/api/recommendations/{recommendation_id:uuid}"


class NewRecommendation(RecommendationSaid, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A recommendation to write; with an `id` of the client's own it can be sent again safely."""

    issue_id: UUID
    id: UUID | None = None


class CorrectedRecommendation(RecommendationSaid, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is recommended, put right, and why."""

    reason: str


@get("/api/recommendations", dependencies=ASKED, tags=["actions"], summary="What is recommended, newest first")
async def list_recommendations(
    request: Request[Any, Any, Any],
    who: NamedDependency[Principal],
    now: NamedDependency[datetime],
    asked: NamedDependency[Asked],
) -> Page[RecommendationShown]:
    """Of every programme that the caller may see, or of one; `kind` is the issue's."""
    found = await questions.recommendations(asked, caller=who.caller)

    def show(one: Recommended) -> RecommendationShown:
        return recommendation_shown(one, today=today_in_london(now))

    return page(request, found, limit=asked.limit - 1, number=lambda one: one.number, show=show)


@post("/api/recommendations", dependencies=ACTING, tags=["actions"], summary="Recommend something about an issue")
async def recommend(
    data: JSONBody[NewRecommendation], acting: NamedDependency[Acting]
) -> Response[RecommendationShown]:
    """201 the first time, 200 the same again under the same `id`; due today or later."""
    recommendation_id = data.id or uuid4()
    first = await recommending.recommend(data.issue_id, _said(data), id=recommendation_id, acting=acting)
    return await _answer(recommendation_id, acting, status_code=201 if first else 200)


@get(ONE, dependencies=ACTING, tags=["actions"], summary="One recommendation")
async def get_recommendation(
    recommendation_id: FromPath[UUID], acting: NamedDependency[Acting]
) -> Response[RecommendationShown]:
    """With the ETag that an edit sends back as If-Match. 404 where it is absent, or not yours."""
    return await _answer(recommendation_id, acting)


@put(ONE, dependencies=EDITING, tags=["actions"], summary="Put right what is recommended")
async def put_recommendation(
    recommendation_id: FromPath[UUID], data: JSONBody[CorrectedRecommendation], acting: NamedDependency[Acting]
) -> Response[RecommendationShown]:
    """What was said before stays in the issue's history."""
    said = _said(data)
    await recommending.correct_recommendation(recommendation_id, said, reason=data.reason, acting=acting)
    return await _answer(recommendation_id, acting)


@put(f"{ONE}/answer", dependencies=EDITING, tags=["actions"], summary="Record what the body answered")
async def put_answer(
    recommendation_id: FromPath[UUID], data: JSONBody[AnswerSaid], acting: NamedDependency[Acting]
) -> Response[RecommendationShown]:
    """Accepted, or refused with a reason. A body may change its mind: the earlier answer stays in the history."""
    await recommending.record_answer(recommendation_id, data, acting=acting)
    return await _answer(recommendation_id, acting)


@put(f"{ONE}/done", dependencies=EDITING, tags=["actions"], summary="Note that it was done, and what shows it")
async def put_done(
    recommendation_id: FromPath[UUID], data: JSONBody[DoneSaid], acting: NamedDependency[Acting]
) -> Response[RecommendationShown]:
    """409 where it was refused or withdrawn. Pictures are added beside it."""
    await recommending.finish(recommendation_id, data, acting=acting)
    return await _answer(recommendation_id, acting)


@post(f"{ONE}/withdrawal", status_code=200, dependencies=EDITING, tags=["actions"], summary="Withdraw it")
async def withdraw_recommendation(
    recommendation_id: FromPath[UUID], data: JSONBody[Why], acting: NamedDependency[Acting]
) -> Response[RecommendationShown]:
    """Nothing is deleted; undo brings it back."""
    await recommending.withdraw_recommendation(recommendation_id, reason=data.reason, acting=acting)
    return await _answer(recommendation_id, acting)


@post(f"{ONE}/undo", status_code=200, dependencies=EDITING, tags=["actions"], summary="Undo the last step")
async def undo(
    recommendation_id: FromPath[UUID], data: JSONBody[Why], acting: NamedDependency[Acting]
) -> Response[RecommendationShown]:
    """The withdrawal, else that it was done, else the answer."""
    await recommending.undo(recommendation_id, reason=data.reason, acting=acting)
    return await _answer(recommendation_id, acting)


def _said(data: RecommendationSaid) -> RecommendationSaid:
    return RecommendationSaid(**{name: getattr(data, name) for name in RecommendationSaid.__struct_fields__})


async def _answer(recommendation_id: UUID, acting: Acting, *, status_code: int = 200) -> Response[RecommendationShown]:
    found = await questions.recommendation(recommendation_id, caller=acting.by)
    shown = recommendation_shown(found, today=today_in_london(acting.now))
    return Response(shown, status_code=status_code, headers=tagged(found.version))


HANDLERS = [
    list_recommendations,
    recommend,
    get_recommendation,
    put_recommendation,
    put_answer,
    put_done,
    withdraw_recommendation,
    undo,
]
