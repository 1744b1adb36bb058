"""Logs as JSON lines, of allowed fields only: what is not named here cannot be logged by accident."""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime

ALLOWED = ("request_id", "method", "route", "status", "duration_ms", "role", "chore", "count", "outcome")


class JsonLines(logging.Formatter):
    """One JSON object a line: when, how grave, which logger, its fixed event name, and the allowed fields."""

    def format(self, record: logging.LogRecord) -> str:
        """The line for `record`; an exception leaves its class and places, never its message or its values."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.msg if isinstance(record.msg, str) else "event",
        }
        line.update({name: getattr(record, name) for name in ALLOWED if hasattr(record, name)})
        if record.exc_info and record.exc_info[0]:
            frames = traceback.extract_tb(record.exc_info[2])[-8:]
            line["error"] = record.exc_info[0].__name__
            line["at_code"] = [f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
        return json.dumps(line, ensure_ascii=False)


def log_to_stderr(level: int = logging.INFO) -> None:
    """Send this process's own logs to standard error as JSON lines; libraries speak up from warnings on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    ours = logging.getLogger("night_safety")
    ours.setLevel(level)
