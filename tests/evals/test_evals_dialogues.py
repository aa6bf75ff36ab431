"""The format of the scripted dialogues."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus import NutraceError
from evals.dialogues import CHECKS, read_dialogues

TEXT = """# one: a, b
> hello
    status: small_talk
> foods with iron
    asked: iron
    shows: 1,000

# two: c
> bye
    status: small_talk
"""


def test_dialogues_turns_and_checks_are_read_in_order(tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    path.write_text(TEXT, encoding="utf-8")
    one, two = read_dialogues(path)
    assert (one.file, one.name, one.phenomena, two.name) == ("talk", "one", "a, b", "two")
    assert [turn.message for turn in one.turns] == ["hello", "foods with iron"]
    assert one.turns[1].checks == (("asked", "iron"), ("shows", "1,000"))


def test_an_unknown_key_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    path.write_text("# one: a\n> hello\n    mood: good\n", encoding="utf-8")
    with pytest.raises(NutraceError, match=r"talk.txt:3: expected a line of a dialogue .* found '    mood: good'"):
        read_dialogues(path)


def test_what_is_shown_is_read_as_a_reader_sees_it() -> None:
    shows = CHECKS["shows"][0]
    reply = {"text": r"Needs **1,000 mg** \[a day\] &lt;b&gt;, 12.5 g"}
    assert shows(reply, "1,000")
    assert shows(reply, "[A day] <b>")
    assert not shows(reply, "1")
    assert not shows(reply, "2.5")


def test_a_food_barred_is_known_by_whole_words() -> None:
    no_foods = CHECKS["no_foods"][0]
    assert no_foods({"foods": [{"name": "Eggplant, boiled"}, {"name": "Soy milk, fortified"}]}, "egg, milk")
    assert not no_foods({"foods": [{"name": "Milk, whole"}]}, "egg, milk")
