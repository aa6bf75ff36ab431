"""What one message asks: amounts, ordinals, aspect."""

from __future__ import annotations

import pytest

from retriever import Amount, Retriever

TWITCHING = "What deficiencies cause muscle twitching?"

# --- amounts


@pytest.mark.parametrize(
    ("said", "amount"),
    [
        ("2 cups of spinach", Amount(2, "cup")),
        ("1/2 cup of spinach", Amount(0.5, "cup")),
        ("half a cup of spinach", Amount(0.5, "cup")),
        ("a cup of spinach", Amount(1, "cup")),
        ("50 g of almonds", Amount(50, "g")),
        ("50g almonds", Amount(50, "g")),
        ("5,000 IU of vitamin d", Amount(5_000, "IU")),
        ("5000iu vitamin d", Amount(5_000, "IU")),
        ("0.4 mg of copper", Amount(0.4, "mg")),
        ("0,4 mg of copper", Amount(0.4, "mg")),
        ("400 mcg of folate", Amount(400, "µg")),
        ("400 µg of folate", Amount(400, "µg")),
        ("1,000,000 mg of zinc", Amount(1_000_000, "mg")),
        ("three eggs", Amount(3, "egg")),
        ("a dozen eggs", Amount(12, "egg")),
        ("6 oz of salmon", Amount(6, "oz")),
        ("two tablespoons of chia seeds", Amount(2, "tbsp")),
        ("1 ½ cups of spinach", Amount(1.5, "cup")),
        ("1.5 cups of spinach", Amount(1.5, "cup")),
        ("1 1/2 cups of spinach", Amount(1.5, "cup")),
        ("0.25 kg of beef", Amount(0.25, "kg")),
    ],
)
def test_an_amount_is_read_with_its_unit(retriever: Retriever, said: str, amount: Amount) -> None:
    assert retriever.understand(f"how much of the nutrient iron is in {said}?").amounts[0][:2] == amount[:2]


@pytest.mark.parametrize(
    "said", ["spinach", "0 cups of spinach", "0/0 cups of spinach", "100 people", "vitamin b12", "omega 3"]
)
def test_what_is_no_amount_is_read_as_none(retriever: Retriever, said: str) -> None:
    assert retriever.understand(f"how much iron is in {said}?").amounts == ()


# --- ordinals: the foods of what stands at that place in the answer


@pytest.mark.parametrize(
    ("said", "places"),
    [
        ("which foods have the first one?", [0]),
        ("which foods have the second one?", [1]),
        ("foods for the 3rd", [2]),
        ("what about number 2", [1]),
        ("tell me about the last one", [-1]),
        ("foods with the first two", [0, 1]),
        ("foods for the last two", [-2, -1]),
        ("the first and the third one: foods?", [0, 2]),
        ("#4", [3]),
    ],
)
def test_an_ordinal_counts_in_the_answer_before(retriever: Retriever, said: str, places: list[int]) -> None:
    listed = retriever.gatherer.listing(retriever.understand(TWITCHING))
    assert retriever.understand(said, [TWITCHING]).nutrients == tuple(listed[place] for place in places)


@pytest.mark.parametrize("said", ["the 99th one", "number 0", "which foods have the second one?"])
def test_an_ordinal_with_nothing_at_its_place_picks_nothing(retriever: Retriever, said: str) -> None:
    history = [] if "foods" in said else [TWITCHING]
    listed = retriever.gatherer.listing(retriever.understand(TWITCHING))
    assert retriever.understand(said, history).nutrients in ((), tuple(listed))


@pytest.mark.parametrize(
    "message", ["iron in the second trimester", "the first time I felt tired I took zinc", "at first iron made me sick"]
)
def test_a_word_of_order_elsewhere_is_no_ordinal(retriever: Retriever, message: str) -> None:
    assert retriever.understand(message, [TWITCHING]).nutrients == (("iron",) if "iron" in message else ("zinc",))


# --- aspects


ASPECT_OF = {
    "overview": [
        "what is magnesium",
        "what does vitamin k do",
        "tell me about selenium",
        "why do we need iodine",
        "zinc",
    ],
    "deficiency-signs": [
        "signs of low iron",
        "what happens if you lack vitamin c",
        "magnesium deficiency symptoms",
        "how do I know if I'm low in b12",
        "symptoms of zinc deficiency",
        "b12 deficiency signs",
    ],
    "linked-nutrients": [
        TWITCHING,
        "which vitamin deficiency causes hair loss",
        "what am i lacking if my nails are brittle",
        "muscle cramps deficiency",
        "which nutrients help with fatigue?",
        "tired all the time, what am I missing",
    ],
    "causes": [
        "what causes low potassium",
        "why is my iron low",
        "causes of b12 deficiency",
        "what depletes magnesium",
        "what else causes muscle twitching?",
    ],
    "foods": [
        "which foods have magnesium?",
        "foods high in iron",
        "best sources of vitamin d",
        "where do i get zinc from",
        "what should I eat for potassium",
        "vegan sources of b12",
        "iron rich foods",
        "how can i get more calcium",
        "potassium foods per 100 kcal",
        "lowest sodium foods",
    ],
    "food-content": [
        "how much iron is in spinach",
        "does salmon have vitamin d",
        "potassium in a banana",
        "is kale rich in calcium",
        "how much magnesium in 50 g of almonds",
        "magnesium content of pumpkin seeds",
    ],
    "comparison": [
        "which has more iron, beef or lentils?",
        "spinach vs kale for calcium",
        "almonds or cashews for magnesium",
        "is salmon or tuna better for vitamin d",
    ],
    "intake": [
        "how much magnesium do i need",
        "rda of vitamin c",
        "daily requirement for iron",
        "recommended intake of zinc for men",
        "how much iron a day in pregnancy",
        "how much b12 should I take",
    ],
    "excess": [
        "how much zinc is too much",
        "can you overdose on vitamin d",
        "upper limit of selenium",
        "is 400 mg of magnesium too much?",
        "vitamin a toxicity symptoms",
        "side effects of too much iron",
        "is 5000 iu of vitamin d safe",
    ],
    "interactions": [
        "can i take magnesium with levothyroxine",
        "does metformin affect b12",
        "vitamin k and warfarin",
        "which medicines lower potassium",
        "can I take iron and calcium together",
    ],
    "absorption": [
        "what helps iron absorption",
        "does coffee block iron",
        "how to absorb more calcium",
        "should vitamin d be taken with food",
        "what hinders zinc absorption",
    ],
    "at-risk": [
        "who is at risk of b12 deficiency",
        "who needs more iron",
        "are vegans at risk of low iodine",
        "who gets vitamin d deficiency",
    ],
    "testing": [
        "how is b12 tested",
        "blood test for magnesium",
        "which test shows iron deficiency",
        "my ferritin is 12, is that low?",
        "normal range for vitamin d",
    ],
    "evidence": [
        "does magnesium help with cramps?",
        "does biotin help hair grow",
        "does vitamin c prevent colds",
        "is zinc good for acne",
        "can vitamin d help depression",
    ],
    "see-doctor": [
        "when should i see a doctor about muscle twitching",
        "is tingling an emergency",
        "when is fatigue serious",
        "should I see a doctor for hair loss",
    ],
}
TABLE = [(message, aspect) for aspect, messages in ASPECT_OF.items() for message in messages]


@pytest.mark.parametrize(("message", "aspect"), TABLE)
def test_what_is_wanted_to_know(retriever: Retriever, message: str, aspect: str) -> None:
    assert retriever.understand(message).aspect == aspect


@pytest.mark.parametrize(
    ("message", "aspect"),
    [
        ("foods?", "foods"),
        ("how much?", "intake"),
        ("why?", "causes"),
        ("symptoms?", "deficiency-signs"),
        ("too much?", "excess"),
        ("test?", "testing"),
    ],
)
def test_a_bare_word_asks_for_its_aspect_of_what_went_before(retriever: Retriever, message: str, aspect: str) -> None:
    question = retriever.understand(message, ["what is magnesium"])
    assert (question.nutrients, question.aspect) == (("magnesium",), aspect)


@pytest.mark.parametrize(
    ("message", "symptom"),
    [
        ("I'm always cold", "symptom:cold-hands-and-feet"),
        ("cold all the time, which vitamin", "symptom:cold-hands-and-feet"),
        ("we keep getting sick", "symptom:frequent-infections"),
        ("a cold drink", None),
    ],
)
def test_names_of_which_every_word_counts(retriever: Retriever, message: str, symptom: str | None) -> None:
    assert retriever.understand(message).symptoms == ((symptom,) if symptom else ())


@pytest.mark.parametrize(
    ("message", "aspect"),
    [
        ("serum potassium 6.8 what should I eat", "excess"),
        ("serum potassium 3.1 what should I eat", "foods"),
        ("my mum is 68, which foods have calcium", "foods"),
    ],
)
def test_a_value_above_its_range_gets_no_rich_foods(retriever: Retriever, message: str, aspect: str) -> None:
    evidence = retriever.evidence(retriever.understand(message))
    assert evidence.grounded is not None
    assert evidence.grounded.aspect == aspect


def test_an_amount_is_no_value_above_its_range(retriever: Retriever) -> None:
    evidence = retriever.evidence(retriever.understand("my goal is 1000, which foods have calcium"))
    assert evidence.grounded is not None
    assert evidence.grounded.aspect == "foods"
