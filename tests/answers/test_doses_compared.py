"""What somebody takes in a day beside the upper limit: with its terms, an average said to be one, or nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from answers_support import Answering

from answers.arithmetic import SHARE
from answers.errors import GroundingError
from answers.types import Calculation, Phrase
from answers.verify import Verifier


def compared(ask: Answering, *turns: str) -> list[str]:
    """The calculations that lead to a share of a limit, as shown."""
    answer = ask(turns[-1], *turns[:-1]).answer
    return [piece.text for piece in answer.pieces if isinstance(piece, Calculation)]


def phrases(ask: Answering, message: str) -> list[str]:
    return [piece.id for piece in ask(message).answer.pieces if isinstance(piece, Phrase)]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("2 tablets of 25 mg zinc a day", ["2 × 25 mg = 50 mg", "50 mg ÷ 40 mg = 125 %"]),
        (
            "two 1000 mg vitamin c tablets three times a day",
            ["2 × 3 × 1,000 mg = 6,000 mg", "6,000 mg ÷ 2,000 mg = 300 %"],
        ),
        ("vitamin c 1g twice daily", ["2 × 1,000 mg = 2,000 mg", "2,000 mg ÷ 2,000 mg = 100 %"]),
        (
            "50000 iu vitamin d once a week",
            ["50,000 IU ÷ 40 IU = 1,250 µg", "1,250 µg ÷ 7 days = 179 µg", "179 µg ÷ 100 µg = 179 %"],
        ),
        ("zinc 50 mg and copper 2 mg", ["50 mg ÷ 40 mg = 125 %", "2 mg ÷ 10 mg = 20 %"]),
        (
            "400 mg in the morning and 200 mg at night of magnesium",
            ["400 mg + 200 mg = 600 mg", "600 mg ÷ 350 mg = 171 %"],
        ),
        (
            "vitamin d 1000 iu with breakfast and 2000 iu at dinner",
            ["1,000 IU + 2,000 IU = 3,000 IU", "3,000 IU ÷ 40 IU = 75 µg", "75 µg ÷ 100 µg = 75 %"],
        ),
        (
            "2 tablets of zinc 10 mg in the morning and 1 tablet of 10 mg at night",
            ["2 × 10 mg = 20 mg", "20 mg + 10 mg = 30 mg", "30 mg ÷ 40 mg = 75 %"],
        ),
        ("vitamin a 25000 iu", ["25,000 IU × 0.3 µg = 7,500 µg", "7,500 µg ÷ 3,000 µg = 250 %"]),
        ("acne vitamin a high dose 25000 iu", ["25,000 IU × 0.3 µg = 7,500 µg", "7,500 µg ÷ 3,000 µg = 250 %"]),
    ],
)
def test_every_step_to_the_share_is_shown(ask: Answering, said: str, shown: list[str]) -> None:
    assert compared(ask, said) == shown


def test_an_average_is_said_to_be_one(ask: Answering) -> None:
    assert {"compare.average", "compare.average.note"} <= set(phrases(ask, "iron 65 mg every other day"))
    assert "compare.average" not in phrases(ask, "iron 65 mg every day")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("100000 iu vitamin d every 3 months", "compare.rare"),
        ("iron infusion 1000 mg", "compare.rare"),
        ("zinc 25 mg several times a day", "compare.unclear"),
        ("vitamin d 2000 iu daily and 50000 iu weekly", "compare.unclear"),
    ],
)
def test_no_share_is_shown_where_a_days_amount_is_not_certain(ask: Answering, said: str, why: str) -> None:
    assert compared(ask, said) == []
    assert why in phrases(ask, said)


@pytest.mark.parametrize(
    "turns",
    [
        ("is 50 mg of zinc too much", "and copper?"),
        ("beta carotene 25000 iu too much?",),
    ],
)
def test_an_amount_of_another_nutrient_or_form_is_not_compared(ask: Answering, turns: tuple[str, ...]) -> None:
    assert compared(ask, *turns) == []


def test_grams_of_a_food_are_no_grams_of_a_nutrient(ask: Answering) -> None:
    assert not any("400 µg" in shown for shown in compared(ask, "is 100 g of brazil nuts too much selenium"))


def test_vitamin_e_in_iu_is_compared_for_both_forms(ask: Answering) -> None:
    shares = [text for text in compared(ask, "vitamin e high dose 2000 iu") if text.endswith("%")]
    assert shares == ["1,340 mg ÷ 1,000 mg = 134 %", "1,800 mg ÷ 1,000 mg = 180 %"]


@pytest.mark.parametrize(
    ("turns", "shown"),
    [
        (("vitamin c in orange juice 250 ml",), "50 mg × 250 ml ÷ 237 ml × 248 g ÷ 100 g = 130.8 mg"),
        (("how much protein in 200 g chicken", "and eggs 3"), "12.6 g × 3 × 50 g ÷ 100 g = 18.9 g"),
        (("b12 in eggs", "and a can of tuna", "is that enough for the day"), "2.55 µg × 1 × 165 g ÷ 100 g = 4.21 µg"),
    ],
)
def test_the_amount_of_a_food_is_worked_out(ask: Answering, turns: tuple[str, ...], shown: str) -> None:
    assert shown in compared(ask, *turns)


def test_a_dose_of_several_cannot_pass_for_the_amount_of_a_day(verifier: Verifier, ask: Answering) -> None:
    """The verifier holds every share of a limit against how many are taken, and how often."""
    answer = ask("zinc 50 mg a day").answer
    assert any(isinstance(p, Calculation) and p.operator == SHARE for p in answer.pieces)
    often = tuple(amount._replace(times=2.0) for amount in answer.question.amounts)
    with pytest.raises(GroundingError, match="not what is taken in a day"):
        verifier.verify(replace(answer, question=answer.question.about(amounts=often)))
