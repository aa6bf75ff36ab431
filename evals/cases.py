"""One row of a question set, whatever its format was."""

from __future__ import annotations

from dataclasses import dataclass

from evals.checks import Check


@dataclass(frozen=True, slots=True)
class Case:
    """A message, and what is checked of the reply to it.

    `answerable`: whether it should be answered; None where the row does not say. `correct`: the same question without
    its typing errors, which must have the same `asked`. `rewrite`: the same question made self-contained by a person.
    `asked` and `aspects` name the relevant passages.
    """

    id: str
    kind: str
    message: str
    history: tuple[str, ...] = ()
    category: str = ""
    answerable: bool | None = None
    checks: tuple[Check, ...] = ()
    correct: str | None = None
    rewrite: str | None = None
    asked: tuple[str, ...] = ()
    aspects: tuple[str, ...] = ()
