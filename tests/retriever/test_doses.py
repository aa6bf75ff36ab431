"""How many are taken and how often: what a dose comes to in a day."""

from __future__ import annotations

import pytest

from retriever import Amount, Retriever


def a_day(amount: Amount) -> float | str:
    """What is taken on an average day, in the unit of the dose; why it can't be told."""
    return amount.read or round(amount.value * amount.many * amount.times / amount.days, 1)


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("calcium 1000 mg twice a day", 2_000),
        ("calcium 500 mg bd", 1_000),
        ("calcium 500 mg tds", 1_500),
        ("2 tablets of 25 mg zinc a day", 50),
        ("zinc 25 mg x 2 daily", 50),
        ("magnesium 3x200mg", 600),
        ("two 1000 mg vitamin c tablets three times a day", 6_000),
        ("vitamin c 1000 mg every 8 hours", 3_000),
        ("vitamin c 500 mg with each meal", 1_500),
        ("magnesium 250 mg morning and night", 500),
        ("vitamin b6 50 mg 2 in the morning and 1 at night", 150),
        ("take it 3 times a day before meals, 30 mg of zinc", 90),
        ("vitamin b6 50 mg half a tablet a day", 25),
        ("iron 65 mg 1-2 tablets a day", 130),
        ("magnesium 200 mg, 2 tablets a day, one in the morning and one at night", 400),
    ],
)
def test_several_doses_a_day_are_multiplied(retriever: Retriever, said: str, taken: float) -> None:
    assert a_day(retriever.understand(said).amounts[0]) == taken


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("50000 iu vitamin d once a week", 7_142.9),
        ("vitamin d 20,000 iu fortnightly", 1_428.6),
        ("vitamin d 60000 iu monthly", 2_000),
        ("iron 65 mg every other day", 32.5),
        ("iron 65 mg mon wed fri", 27.9),
        ("zinc 50 mg 5 days a week", 35.7),
        ("vitamin d 10000 iu every 10 days", 1_000),
    ],
)
def test_doses_taken_more_rarely_than_daily_are_spread(retriever: Retriever, said: str, taken: float) -> None:
    assert a_day(retriever.understand(said).amounts[0]) == taken


@pytest.mark.parametrize(
    "said",
    [
        "zinc 50 mg a day for 3 months",
        "zinc 50 mg 2 days ago",
        "i'm 30, 2 kids, zinc 50 mg",
        "my 5 a day and zinc 50 mg",
        "i'm 40 and take zinc tablets 50 mg",
        "50 mg zinc in 2 tablets",
        "2 tablets give 50 mg zinc",
        "zinc 50 mg a day split into two doses",
        "zinc 50 mg in the last month",
        "zinc 50 mg at bedtime",
    ],
)
def test_lengths_of_time_ages_and_totals_multiply_nothing(retriever: Retriever, said: str) -> None:
    assert a_day(retriever.understand(said).amounts[0]) == 50


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("100000 iu vitamin d every 3 months", "rare"),
        ("iron infusion 1000 mg", "rare"),
        ("vitamin d 600000 iu single dose", "rare"),
        ("zinc 30 mg as needed", "unclear"),
        ("zinc 25 mg several times a day", "unclear"),
        ("zinc 25 mg once or twice a day", "unclear"),
        ("is twice as much as 25 mg zinc ok", "unclear"),
        ("zinc 50 mg every full moon", "unclear"),
        ("vitamin d 50000 iu sundays", "unclear"),
        ("magnesium 400 mg (2 tablets) a day", "unclear"),
        ("iron 65 mg daily for 2 weeks then weekly", "unclear"),
        ("i take 500 mg vitamin c daily and 250 mg daily", "unclear"),
        ("vitamin c 50 mg per kg", "unclear"),
        ("60 tablets 25 mg zinc", "unclear"),
        ("my son 7 iron tablets 15 mg", "unclear"),
    ],
)
def test_what_is_no_certain_amount_a_day_is_marked(retriever: Retriever, said: str, why: str) -> None:
    assert a_day(retriever.understand(said).amounts[0]) == why


@pytest.mark.parametrize(
    ("turns", "doses"),
    [
        (["400 mg in the morning and 200 mg at night of magnesium"], [400, 200]),
        (["i take 500 mg vitamin c in the morning and 250 mg at night"], [500, 250]),
        (["iron 65 mg in the morning, 65 mg at lunch and 65 mg at night"], [65, 65, 65]),
        (["2 tablets of zinc 25 mg in the morning and 1 tablet of 25 mg at night"], [50, 25]),
        (["i take 400 mg magnesium in the morning", "and 200 mg at night"], [400, 200]),
        (["magnesium 400 mg in the morning or 200 mg at night"], []),
        (["i take 400 mg magnesium in the morning", "or 200 mg at night?"], []),
        (["vitamin c 500 mg at night and 250 mg at night"], []),
        (["zinc 25 mg in the morning"], []),
    ],
)
def test_doses_at_different_hours_make_up_the_day(retriever: Retriever, turns: list[str], doses: list[float]) -> None:
    amounts = retriever.understand(turns[-1], turns[:-1]).amounts
    assert [a_day(amount) for amount in amounts if amount.part] == doses
    assert not any(amount.plain for amount in amounts if amount.part)


@pytest.mark.parametrize(
    "said",
    [
        "i drink coffee 3 times a day, zinc 50 mg",
        "i go to the gym 5 times a week, zinc 50 mg",
        "i have periods every 3 weeks and take zinc 50 mg",
        "i take methotrexate weekly, zinc 50 mg",
        "i smoke 10 a day and take zinc 50 mg",
    ],
)
def test_how_often_something_else_is_done_multiplies_nothing(retriever: Retriever, said: str) -> None:
    assert a_day(retriever.understand(said).amounts[0]) == 50


@pytest.mark.parametrize("said", ["i run 3 times a week on iron 65 mg", "zinc 25 mg and calcium twice a day"])
def test_of_what_a_frequency_is_may_be_uncertain(retriever: Retriever, said: str) -> None:
    assert a_day(retriever.understand(said).amounts[0]) == "unclear"


@pytest.mark.parametrize(
    ("turns", "taken"),
    [
        (["calcium 1000 mg", "twice a day"], 2_000),
        (["calcium 1000 mg", "500 twice a day"], 1_000),
        (["is 25 mg zinc too much", "i take 2 of them"], 50),
        (["vitamin d 20000 iu", "weekly"], 2_857.1),
        (["my 4 yr old had 3 of her chewable vits", "they have iron 15 mg each"], 45),
        (["i take 2 calcium tablets a day", "each one has 600 mg"], 1_200),
        (["vitamin d 20000 iu", "for 3 months"], 20_000),
    ],
)
def test_how_often_may_be_said_in_another_turn(retriever: Retriever, turns: list[str], taken: float) -> None:
    assert a_day(retriever.understand(turns[-1], turns[:-1]).amounts[0]) == taken


@pytest.mark.parametrize(
    ("said", "of"),
    [
        ("zinc 50 mg and copper 2 mg", ["zinc", "copper"]),
        ("50 mg of zinc and 2 mg of copper", ["zinc", "copper"]),
        ("zinc, 400 mg magnesium", ["magnesium"]),
        ("calcium 500 mg and vitamin d 1000 iu in one tablet", ["calcium", "vitamin-d"]),
        ("is 100 g of brazil nuts too much selenium", ["food:brazil-nuts"]),
    ],
)
def test_each_amount_is_of_what_it_stands_beside(retriever: Retriever, said: str, of: list[str]) -> None:
    assert [amount.of for amount in retriever.understand(said).amounts] == of


@pytest.mark.parametrize(
    ("said", "eaten"),
    [
        ("I eat 2 eggs and a glass of milk", [(2, "egg", True), (1, "glass", True)]),
        ("100 g of almonds and 50 g of cashews", [(100, "g", True), (50, "g", True)]),
        ("spinach and kale, 100 g each", [(100, "g", True), (100, "g", True)]),
        ("2 eggs, milk (200 ml) and 3 slices of toast", [(2, "egg", True), (200, "ml", True), (3, "slice", True)]),
        ("how much calcium in a glass of milk or almond milk", [(1, "glass", False)]),
        ("20 g of protein from eggs and milk", []),
        ("a banana or an apple", []),
        ("how much magnesium in 2 cups of cooked spinach", []),
    ],
)  # fmt: skip
def test_of_several_foods_each_has_its_own_amount(
    retriever: Retriever, said: str, eaten: list[tuple[float, str, bool]]
) -> None:
    amounts = retriever.understand(said).amounts
    assert [(amount.value, amount.unit, amount.part) for amount in amounts if amount.is_of_food] == eaten
