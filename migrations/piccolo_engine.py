"""Piccolo's engine, reduced to an adapter: its queries run on the open database, in the current transaction."""

from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from typing import Any, Literal, NoReturn

from piccolo.engine.base import Engine
from piccolo.querystring import QueryString

from migrations.errors import MisusedTransaction

Run = Callable[[str, Sequence[Any]], Awaitable[list[dict[str, Any]]]]
ASK_US = "Use transaction(), snapshot() and stream() of migrations.database instead of Piccolo's own."


class OpenDatabaseEngine(Engine[Any]):
    """Bound to every table at import, and to a database only when a query runs."""

    def __init__(self, *, run: Run, dialect: Callable[[], Literal["sqlite", "postgresql"]]) -> None:
        # Piccolo's own __init__ connects at once, to ask for the version: there is nothing to connect to yet.
        self._run = run
        self._dialect = dialect
        self.log_queries = self.log_responses = False
        self.query_id = 0
        self.min_version_number = 0
        self.current_transaction = ContextVar("piccolo_transaction", default=None)

    @property
    def engine_type(self) -> str:  # type: ignore[override]  # Piccolo sets it once; ours follows the open database
        """Piccolo's name of the open database's kind."""
        return "sqlite" if self._dialect() == "sqlite" else "postgres"

    async def get_version(self) -> float:
        """SQLite's version in Piccolo's arithmetic, which turns 3.9 and 3.40 around; RETURNING is always there."""
        return 3.35

    def get_version_sync(self) -> float:
        """The same."""
        return 3.35

    async def prep_database(self) -> None:
        """Nothing: migrations prepare it."""

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> list[dict[str, Any]]:
        """The rows of a query."""
        sql, args = querystring.compile_string(engine_type=self.engine_type)
        return await self._run(sql, args)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> list[dict[str, Any]]:
        """The rows of a statement without arguments."""
        return await self._run(ddl, ())

    async def batch(self, query: Any, batch_size: int = 100, node: str | None = None) -> NoReturn:
        """Refused."""
        raise MisusedTransaction(ASK_US)

    def transaction(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise MisusedTransaction(ASK_US)

    def atomic(self) -> NoReturn:
        """Refused."""
        raise MisusedTransaction(ASK_US)
