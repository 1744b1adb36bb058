"""Templates: strict about what they name, with GOV.UK Frontend's components at hand as `govuk.<component>(params)`."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, Environment, FileSystemLoader, PackageLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from api.pages.assets import asset_url

TEMPLATES = Path(__file__).parents[1] / "templates"
THEIRS = "govuk_frontend_jinja"


class Components:
    """GOV.UK Frontend's Nunjucks macros in Jinja: `govuk.date_input({...})` takes what the Design System documents."""

    def __init__(self) -> None:
        # Their macros lean on names that are not there being empty; ours must not, so they have their own environment.
        self._theirs = Environment(
            loader=PrefixLoader({THEIRS: PackageLoader(THEIRS)}),
            autoescape=True,
            undefined=ChainableUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def __getattr__(self, name: str) -> Callable[[dict[str, Any]], Markup]:
        """The component of that name, in snake case. Raises AttributeError where there is none."""
        if name.startswith("_"):
            raise AttributeError(name)
        return self._macro(name)

    @cache  # noqa: B019 (one object for the life of the process)
    def _macro(self, name: str) -> Callable[[dict[str, Any]], Markup]:
        module = self._theirs.get_template(f"{THEIRS}/components/{name.replace('_', '-')}/macro.html").module
        camel = "govuk" + "".join(part.capitalize() for part in name.split("_"))
        return getattr(module, camel)  # type: ignore[no-any-return]


def environment(*, base_url: str) -> Environment:
    """Our templates; a name that a page was not given is an error and never an empty place."""
    ours = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    ours.globals.update(base_url=base_url, asset_url=asset_url, govuk=Components())
    return ours
