"""A form that may carry a picture, as a browser sends it."""

from typing import Any

from litestar import Request
from litestar.datastructures import UploadFile

Typed = dict[str, list[str]]


async def typed_with_file(request: Request[Any, Any, Any], name: str) -> tuple[Typed, bytes]:
    """Every field of a posted form (multipart) as it was typed, and the file of the field `name`; empty without one.

    Line ends are as in Python, and NUL, which no keyboard has and no database takes, is left out.
    """
    form = await request.form()
    typed: Typed = {}
    content = b""
    for field, value in form.multi_items():
        if isinstance(value, UploadFile):
            content = await value.read() if field == name else content
        else:
            text = str(value).replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
            typed.setdefault(field, []).append(text)
    return typed, content
