"""Columns that state what they are: Piccolo's own defaults are '', 0 and CASCADE, and none of ours is inherited."""

from collections.abc import Callable
from typing import TypeVar

from piccolo.columns import Column, ForeignKey, OnDelete, OnUpdate

from migrations.database import Row

Kind = TypeVar("Kind", bound=Column)


def must(kind: Callable[..., Kind], sentence: str, *, unique: bool = False) -> Kind:
    """A column that every row fills."""
    return kind(null=False, default=None, unique=unique, help_text=sentence)


def may(kind: Callable[..., Kind], sentence: str) -> Kind:
    """A column that is null where there is nothing to say."""
    return kind(null=True, default=None, unique=False, help_text=sentence)


def part_of(whole: type[Row], sentence: str) -> ForeignKey[Row]:
    """Refers to the whole, and goes with it."""
    return _refers(whole, sentence, null=False, on_delete=OnDelete.cascade)


def may_be_part_of(whole: type[Row], sentence: str) -> ForeignKey[Row]:
    """Refers to a whole that may come later, and goes with it."""
    return _refers(whole, sentence, null=True, on_delete=OnDelete.cascade)


def belongs_to(owner: type[Row], sentence: str) -> ForeignKey[Row]:
    """Refers to an owner that cannot be deleted meanwhile."""
    return _refers(owner, sentence, null=False, on_delete=OnDelete.restrict)


def may_belong_to(owner: type[Row], sentence: str) -> ForeignKey[Row]:
    """Refers to an owner that may be found later, and cannot be deleted meanwhile."""
    return _refers(owner, sentence, null=True, on_delete=OnDelete.restrict)


def may_outlive(owner: type[Row], sentence: str) -> ForeignKey[Row]:
    """Refers to an owner, and stays without one when the owner goes."""
    return _refers(owner, sentence, null=True, on_delete=OnDelete.set_null)


def _refers(to: type[Row], sentence: str, *, null: bool, on_delete: OnDelete) -> ForeignKey[Row]:
    return ForeignKey(
        to, default=None, null=null, unique=False, on_delete=on_delete, on_update=OnUpdate.no_action, help_text=sentence
    )
