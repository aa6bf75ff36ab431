"""Scripted dialogues: text files that a person can write, run turn by turn over the real index.

A dialogue is a block of lines, blocks are separated by blank lines:

    # name: phenomena
    > what the user types
        key: value

Each indented line checks the reply to the turn above it; the keys are those of `CHECKS`. Several values stand apart by
commas (all hold) or, for `aspect`, `status` and `urgency`, by `|` (one holds); `-` means none.

`python -m evals.dialogues [FILES]` runs them and prints what does not hold.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from answers import Nutrace, data
from corpus import NutraceError
from evals.checks import Reply, named
from evals.load import load_engine

FOLDER = Path(__file__).parent / "dialogues"
NONE = "-"
PLANTS = ("soy", "almond milk", "oat milk", "coconut", "rice milk", "peanut butter", "cocoa butter", "margarine")
"""Names of foods that sound like an animal's."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What the user types, and the checks of the reply: (key, value)."""

    message: str
    checks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A scripted conversation."""

    file: str
    name: str
    phenomena: str
    turns: tuple[Turn, ...]


def read_dialogues(path: Path) -> list[Dialogue]:
    """The dialogues of a file. Raises NutraceError, with the line, where one is not as the format says."""
    dialogues: list[Dialogue] = []
    turns: list[Turn] = []
    head = ("", "")

    def close() -> None:
        if turns:
            dialogues.append(Dialogue(path.stem, *head, tuple(turns)))
            turns.clear()

    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        check = re.fullmatch(r"\s+(\w+): (.+)", line)
        if not line.strip():
            close()
        elif title := re.fullmatch(r"# ([^:]+): (.+)", line):
            head = (title[1], title[2])
        elif line.startswith("> "):
            turns.append(Turn(line.removeprefix("> "), ()))
        elif check and check[1] in CHECKS and turns:
            turns[-1] = Turn(turns[-1].message, (*turns[-1].checks, (check[1], check[2].strip())))
        else:
            expected = "a line of a dialogue (see evals/dialogues.py)"
            raise NutraceError(f"{path}:{number}: expected {expected}, found {line!r}; keys: {', '.join(CHECKS)}")
    close()
    return dialogues


def all_dialogues(paths: Sequence[Path] = ()) -> list[Dialogue]:
    """The dialogues of the files given, else of `evals/dialogues`."""
    return [dialogue for path in paths or sorted(FOLDER.glob("*.txt")) for dialogue in read_dialogues(path)]


def failures(engine: Nutrace, dialogue: Dialogue) -> list[str]:
    """What does not hold, a line each; empty where all does."""
    history: list[str] = []
    wrong = []
    for number, turn in enumerate(dialogue.turns, start=1):
        reply = data(engine.respond(turn.message, tuple(history)))
        for key, value in turn.checks:
            check, found = CHECKS[key]
            if not check(reply, value):
                wrong.append(f"turn {number} {turn.message!r}: expected {key}: {value}, found {found(reply)}")
        history.append(turn.message)
    return wrong


# --- the checks


def _values(value: str) -> list[str]:
    return [] if value == NONE else [part.strip() for part in value.split(",")]


def _has(ids: Sequence[str], value: str) -> bool:
    wanted = _values(value)
    return set(wanted) <= set(ids) if wanted else not ids


def _one_of(found: str, value: str) -> bool:
    return found in [part.strip() for part in value.split("|")]


def _filter(name: str) -> Callable[[Reply, str], bool]:
    def check(reply: Reply, value: str) -> bool:
        found = reply["filters"][name]
        plain = value.removeprefix("life-stage:")
        return found is None if value == NONE else str(found).removeprefix("life-stage:") == plain

    return check


def _filter_list(name: str) -> Callable[[Reply, str], bool]:
    return lambda reply, value: _has([re.sub(r"^group:", "", id_) for id_ in reply["filters"][name]], value)


def _text(reply: Reply) -> str:
    """The reply's text as a reader sees it, in lower case."""
    plain = re.sub(r"\\(.)", r"\1", str(reply["text"])).replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    return plain.lower()


def _shows(reply: Reply, value: str) -> bool:
    """Whether the text has the value; a number not as a part of another."""
    edge = (r"(?<![\d.,])", r"(?![\d]|[.,]\d)") if value[0].isdigit() and value[-1].isdigit() else ("", "")
    return bool(re.search(edge[0] + re.escape(value.lower()) + edge[1], _text(reply)))


def _shown_foods(reply: Reply) -> list[str]:
    return [str(food["name"]) for food in reply["foods"]]


def _foods(reply: Reply, value: str) -> bool:
    names = [name.lower() for name in _shown_foods(reply)]
    return all(any(word.lower() in name for name in names) for word in _values(value))


def _no_foods(reply: Reply, value: str) -> bool:
    """By whole words, so that an eggplant is no egg; a plant's milk, yogurt or butter is none of an animal."""
    names = [name for name in _shown_foods(reply) if not any(named(plant, name) for plant in PLANTS)]
    return not any(named(word, name) for name in names for word in _values(value))


def _field(name: str) -> Callable[[Reply], Any]:
    return lambda reply: reply[name]


def _filters(reply: Reply) -> Any:
    return reply["filters"]


Check = tuple[Callable[[Reply, str], bool], Callable[[Reply], Any]]
CHECKS: dict[str, Check] = {
    "asked": (lambda r, v: _has(r["asked"], v), _field("asked")),
    "not_asked": (lambda r, v: not set(_values(v)) & set(r["asked"]), _field("asked")),
    "topics": (lambda r, v: _has(r["topics"], v), _field("topics")),
    "first_topic": (lambda r, v: r["topics"][:1] == [v], _field("topics")),
    "aspect": (lambda r, v: _one_of(r["aspect"], v), _field("aspect")),
    "status": (lambda r, v: _one_of(r["status"], v), _field("status")),
    "urgency": (lambda r, v: _one_of(r["urgency"], v), _field("urgency")),
    "understood": (lambda r, v: all(w.lower() in r["understood"].lower() for w in _values(v)), _field("understood")),
    "diet": (_filter("diet"), _filters),
    "sex": (_filter("sex"), _filters),
    "age": (_filter("age"), _filters),
    "life_stage": (_filter("life_stage"), _filters),
    "about": (_filter("about"), _filters),
    "exclude": (_filter_list("exclude"), _filters),
    "conditions": (_filter_list("conditions"), _filters),
    "medicines": (_filter_list("medicines"), _filters),
    "shows": (_shows, lambda r: _text(r)[:1500].replace("\n", " ")),
    "hides": (lambda r, v: not _shows(r, v), lambda r: f"{_text(r)[:200]}…"),
    "foods": (_foods, _shown_foods),
    "no_foods": (_no_foods, _shown_foods),
}
"""How each key is checked, and what is shown where it does not hold."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run dialogues and print what does not hold. Returns 1 where anything does not."""
    parser = argparse.ArgumentParser(prog="python -m evals.dialogues", description="Run scripted dialogues.")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="default: evals/dialogues/*.txt")
    parser.add_argument("--index", type=Path, help="folder of the built index; default: $NUTRACE_INDEX or index/built")
    options = parser.parse_args(arguments)
    try:
        dialogues = all_dialogues(options.files)
    except (NutraceError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    engine = load_engine(options.index)
    broken = {f"{d.file}: {d.name}": wrong for d in dialogues if (wrong := failures(engine, d))}
    for name, wrong in broken.items():
        print("\n  ".join((name, *wrong)))
    turns = sum(len(dialogue.turns) for dialogue in dialogues)
    print(f"{len(dialogues) - len(broken)} of {len(dialogues)} dialogues hold ({turns} turns)")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
