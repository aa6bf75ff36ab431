"""Every scripted dialogue holds over the real index."""

from __future__ import annotations

from collections import Counter

import pytest

from answers import Nutrace
from evals.dialogues import Dialogue, all_dialogues, failures

DIALOGUES = all_dialogues()


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: f"{dialogue.file}: {dialogue.name}")
def test_a_dialogue_goes_as_written(engine: Nutrace, dialogue: Dialogue) -> None:
    assert failures(engine, dialogue) == []


def test_there_are_sixty_dialogues_of_four_to_ten_turns() -> None:
    assert len(DIALOGUES) >= 60
    assert {d.name: len(d.turns) for d in DIALOGUES if not 4 <= len(d.turns) <= 10} == {}


def test_each_dialogue_has_a_name_of_its_own() -> None:
    names = Counter((dialogue.file, dialogue.name) for dialogue in DIALOGUES)
    assert [name for name, count in names.items() if count > 1] == []


def test_every_turn_is_checked() -> None:
    assert [(d.name, turn.message) for d in DIALOGUES for turn in d.turns if not turn.checks] == []
