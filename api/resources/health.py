"""Is the process alive, can it do its work, and what can be asked of it."""

import asyncio
import shutil
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency

from api.limits import ALLOWANCES
from api.roles import ROUTES, Role
from api.settings import Settings
from migrations.database import DatabaseError, fetch_value
from migrations.runner import status

MIN_FREE_BYTES = 200_000_000
PATIENCE_S = 3.0
PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "request_id"],
    "properties": {
        "type": {"type": "string", "examples": ["/problems/walk-differs"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened and what to do next."},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}


class Health(msgspec.Struct, frozen=True):
    """The process answers."""

    status: str = "ok"


class Readiness(msgspec.Struct, frozen=True):
    """Whether each thing the service needs is there: `ok`, or a sentence on what is missing."""

    status: str
    database: str
    schema: str
    disk: str


@get("/healthz", tags=["service"], summary="Is the process alive")
async def healthz() -> Health:
    """Answers 200 as long as the process runs, whatever the database does."""
    return Health()


@get("/readyz", tags=["service"], summary="Can the service do its work")
async def readyz(settings: NamedDependency[Settings]) -> Response[Readiness]:
    """Answers 200 when database, schema and disk are fit for work, else 503 with what is not."""
    database, schema = "ok", "unknown"
    try:
        async with asyncio.timeout(PATIENCE_S):
            await fetch_value("select 1")
            current = (await status(settings.database_url)).is_current
        schema = "ok" if current else "The database is behind this version: run `night-safety db upgrade`."
    except (DatabaseError, OSError, TimeoutError):
        database = "The database does not answer."
    free_bytes = shutil.disk_usage(settings.data_dir if settings.data_dir.exists() else ".").free
    disk = "ok" if free_bytes >= MIN_FREE_BYTES else "There is less than 200 MB of room left."
    ready = database == schema == disk == "ok"
    answer = Readiness(status="ok" if ready else "not ready", database=database, schema=schema, disk=disk)
    return Response(answer, status_code=200 if ready else 503)


@get("/api/openapi.json", include_in_schema=False)
async def openapi(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The interface as OpenAPI 3.1, with the one shape that every error has."""
    schema = request.app.openapi_schema.to_schema()
    problem = {"$ref": "#/components/schemas/Problem"}
    schema.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
    failed = {"description": "A problem (RFC 9457)", "content": {"application/problem+json": {"schema": problem}}}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            _document(f"{method.upper()} {path}", operation, failed)
    return Response(msgspec.json.encode(schema), media_type="application/json")


def _document(route: str, operation: dict[str, Any], failed: dict[str, Any]) -> None:
    """Say which errors a route can answer, all in our one shape, and that a PUT answers 201 the first time."""
    responses = operation.setdefault("responses", {})
    if route.startswith("PUT ") and "200" in responses:
        responses["201"] = {**responses["200"], "description": "The first time; 200 when it is sent again"}
    statuses = ["400", "default"]
    statuses += ["401", "403"] if Role.PUBLIC not in ROUTES[route] else []
    statuses += ["404"] if "{" in route else []
    statuses += ["409", "413", "415", "422"] if "requestBody" in operation or route.startswith("PUT ") else ["422"]
    statuses += ["429"] if route in ALLOWANCES else []
    responses.update(dict.fromkeys(statuses, failed))
