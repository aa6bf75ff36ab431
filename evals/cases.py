"""One row of a question set, whatever its format was."""

from __future__ import annotations

from dataclasses import dataclass

from evals.checks import Check


@dataclass(frozen=True, slots=True)
class Case:
    """A message, and what is checked of the reply to it.

    `answerable`: whether it should be answered; None where the row does not say. `same_as`: a question without history
    that must be understood alike, in the fields `same_fields`. `asked` and `aspects` name the relevant passages.
    """

    id: str
    kind: str
    message: str
    history: tuple[str, ...] = ()
    category: str = ""
    answerable: bool | None = None
    checks: tuple[Check, ...] = ()
    same_as: str | None = None
    same_fields: tuple[str, ...] = ("asked",)
    asked: tuple[str, ...] = ()
    aspects: tuple[str, ...] = ()
