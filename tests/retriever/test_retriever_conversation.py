"""The conversation: a cheap fold over the user's messages, without encoding."""

from __future__ import annotations

import itertools
import time

import pytest

from answers import Nutrace
from retriever import Retriever

TWITCHING = "What deficiencies cause muscle twitching?"
TURNS = (
    "which foods have magnesium?",
    "and potassium?",
    "I'm vegan",
    "how much do I need?",
    "what about zinc",
    "in 50 g of almonds?",
    "tell me about vitamin b12",
    "signs?",
    "no fish please",
    "thanks",
    "is 400 mg of magnesium too much?",
    "back to zinc",
)


def turns(count: int) -> list[str]:
    return list(itertools.islice(itertools.cycle(TURNS), count))


@pytest.mark.parametrize(
    "message",
    ["which foods have the second one?", "and iron?", "foods?", "why?", "more", "what about kids", "sources?"],
)
def test_understanding_encodes_nothing(engine: Nutrace, retriever: Retriever, message: str) -> None:
    before = engine.index.encoder.encodings
    retriever.understand(message, [TWITCHING, "which foods have calcium?", *turns(20)])
    assert engine.index.encoder.encodings == before


def test_turn_200_needs_no_more_encodings_than_turn_2(engine: Nutrace, fresh: Nutrace) -> None:
    encoder, other = engine.index.encoder, Nutrace(engine.corpus, engine.index)
    for message in ("which foods have it?", "and iron?", "the second one", "why?", "sources?", "how much is too much?"):
        before = encoder.encodings
        fresh.respond(message, [TWITCHING])
        few = encoder.encodings - before
        other.respond(message, [*turns(198), TWITCHING])
        many = encoder.encodings - before - few
        assert many <= max(few, 1), message


def test_earlier_turns_that_name_nothing_are_not_encoded_again(engine: Nutrace, fresh: Nutrace) -> None:
    history = [f"my thing number {n} feels odd and strange lately" for n in range(198)]
    before = engine.index.encoder.encodings
    fresh.respond("which foods have magnesium?", history)
    assert engine.index.encoder.encodings - before <= 2


def seconds(retriever: Retriever, count: int, salt: int) -> float:
    """How long a history takes that was never seen as a whole; its messages have been parsed before."""
    history = [*turns(count)[salt:], *turns(salt)]
    began = time.perf_counter()
    retriever.understand(f"and iron? {'!' * salt}", history)
    return time.perf_counter() - began


def test_the_fold_takes_time_in_proportion_to_the_messages(fresh: Nutrace) -> None:
    retriever = fresh.retriever
    seconds(retriever, len(TURNS), 0)
    few = min(seconds(retriever, 120, salt) for salt in (1, 2, 3))
    many = min(seconds(retriever, 960, salt) for salt in (1, 2, 3))
    assert many / few < 8 * 2.5
    assert many / 960 < 0.001


def test_the_state_is_derived_from_the_messages_alone(engine: Nutrace, fresh: Nutrace) -> None:
    """Turn by turn, or the whole history at once: the same question."""
    history = turns(24)
    for at, message in enumerate(history):
        stepwise = engine.retriever.understand(message, history[:at])
        assert fresh.retriever.understand(message, tuple(history[:at])) == stepwise
    reversed_order = [fresh.retriever.understand(history[at], history[:at]) for at in reversed(range(24))]
    assert reversed_order[::-1] == [engine.retriever.understand(m, history[:at]) for at, m in enumerate(history)]


@pytest.mark.parametrize(
    ("history", "message", "asked", "aspect"),
    [
        ([TWITCHING], "which foods have the second one?", ["calcium"], "foods"),
        ([TWITCHING, "which foods have the second one?", "I'm vegan"], "and potassium?", ["potassium"], "foods"),
        (["which foods have iron?"], "how much do I need?", ["iron"], "intake"),
        (["signs of low zinc"], "which foods have it?", ["zinc"], "foods"),
        (["what is magnesium"], "and too much?", ["magnesium"], "excess"),
        (["which foods have b6?"], "no, I meant b12", ["vitamin-b12"], "foods"),
        (["which foods have magnesium?", "what is vitamin c"], "back to magnesium", ["magnesium"], "foods"),
        (["which foods have magnesium?"], "same for zinc", ["zinc"], "foods"),
        (["which foods have magnesium?"], "who won the world cup?", [], None),
        (["how much iron is in spinach?"], "and in kale?", ["iron"], "food-content"),
        (["vitamin d in salmon", "and in eggs"], "is there b12 in either?", ["vitamin-b12"], "food-content"),
        (["vitamin k foods"], "not k, D", ["vitamin-d"], "foods"),
        (["signs of low sodium"], "what about high?", ["sodium"], "excess"),
        (["how much zinc is too much?"], "no not too much, too little", ["zinc"], "deficiency-signs"),
        (["vitamin c limit"], "the bottle says 1 gram", ["vitamin-c"], "excess"),
        (["what is scurvy"], "how much of it do I need?", ["vitamin-c"], "intake"),
        (["I'm on metformin", "which vitamin does that affect"], "signs of that?", ["vitamin-b12"], "deficiency-signs"),
        (["metformin and b12"], "why?", ["vitamin-b12"], "interactions"),
        (["signs of low selenium"], "lamb i meant who is at risk", ["selenium"], "at-risk"),
        (["signs of low selenium", "what is zinc"], "back to selenium. what's the max?", ["selenium"], "excess"),
        (["which foods have zinc?", "is it raining in Oslo"], "how much a day", ["zinc"], "intake"),
        (["which foods have zinc?", "what is a carburettor"], "how does it work", [], None),
    ],
)
def test_what_was_left_out_is_taken_from_before(
    retriever: Retriever, history: list[str], message: str, asked: list[str], aspect: str | None
) -> None:
    question = retriever.understand(message, history)
    assert list(question.nutrients) == asked
    assert aspect is None or question.aspect == aspect


@pytest.mark.parametrize(
    ("history", "message", "foods"),
    [
        (["potassium in bananas"], "how does it compare to avocado", ["food:banana", "food:avocado"]),
        (["iron in spinach", "and kale"], "which wins", ["food:spinach-raw", "food:kale-raw"]),
        (["calcium in whole milk"], "a pint?", ["food:milk-whole"]),
        (["which has more folate, eggs or beef liver"], "what's in that second one", ["food:beef-liver-braised"]),
    ],
)
def test_foods_just_named_are_meant(retriever: Retriever, history: list[str], message: str, foods: list[str]) -> None:
    assert list(retriever.understand(message, history).foods) == foods


@pytest.mark.parametrize(
    "message", ["what about the second one", "why?", "is it bad", "and the last two?", "which wins"]
)
def test_a_first_message_that_points_nowhere_is_asked_back(retriever: Retriever, message: str) -> None:
    assert retriever.understand(message).act == "clarify"
    assert retriever.understand(message, ["good morning"]).act == "clarify"


def test_whoever_was_asked_about_before_is_still_known(retriever: Retriever) -> None:
    history = ["how much iron do I need, I'm 34 and vegan", "and my dad, he's 80?"]
    own = retriever.understand("never mind him, what about zinc", history).filters
    assert (own.about, own.age, own.diet) == ("self", 34, "vegan")
    his = retriever.understand("and my dad again?", [*history, "never mind him, what about zinc"]).filters
    assert (his.about, his.age) == ("father", 80)


def test_a_follow_up_keeps_its_own_words_where_they_say_more(retriever: Retriever) -> None:
    asked = ["what is a vegan diet"]
    assert retriever.understand("are there risks for children raised this way", asked).literal
    assert not retriever.understand("how much b12 is that", asked).literal
    assert not retriever.understand("and zinc?", ["which foods have iron?"]).literal


def test_a_food_that_may_help_or_harm_is_weighed_for_what_the_talk_is_about(retriever: Retriever) -> None:
    talk = ["What are kidney stones?", "Can you prevent them?", "What is the link with calcium intake?"]
    question = retriever.understand("How does lemonade help?", talk)
    assert (question.nutrients, question.topics, question.aspect) == ((), ("topic:kidney-stones",), "evidence")
    question = retriever.understand("Ok, but is chocolate really one of them?", ["What causes migraines?"])
    assert (question.nutrients, question.symptoms, question.aspect) == ((), ("symptom:headache",), "evidence")


def test_why_more_women_get_something_asks_for_no_foods_and_of_no_woman(retriever: Retriever) -> None:
    history = ["What causes migraines?"]
    question = retriever.understand("Why do more women get them?", history)
    assert (question.nutrients, question.aspect, question.filters.sex) == ((), "causes", None)


def test_a_weight_is_no_age(retriever: Retriever) -> None:
    filters = retriever.understand("She's tiny like 50 kg and I'm 82. How much protein?").filters
    assert (filters.age, filters.life_stage) == (None, None)


@pytest.mark.parametrize("message", ["Dairy gives me stomach pain though.", "I stopped eating dairy last year."])
def test_what_does_not_agree_with_somebody_or_was_given_up_is_left_out(retriever: Retriever, message: str) -> None:
    assert retriever.understand(f"{message} Which foods have calcium?").filters.exclude == ("dairy",)


def test_what_was_only_asked_in_passing_is_nobodys_diet(retriever: Retriever) -> None:
    talk = ["How is cheese made?", "What is rennet?", "Is there a vegetarian alternative?"]
    assert retriever.understand("Which varieties are lowest in lactose?", talk).filters.diet is None
    assert (
        retriever.understand("And calcium?", ["Which foods have iron?", "For vegetarians?"]).filters.diet
        == "vegetarian"
    )


@pytest.mark.parametrize(
    "message", ["No cheese at all? I live in France!", "I avoid drinks while driving. Why is that bad?"]
)
def test_what_is_asked_back_or_left_for_a_while_is_not_left_out(retriever: Retriever, message: str) -> None:
    assert retriever.understand(message, ["What is the MIND diet?"]).filters.exclude == ()


@pytest.mark.parametrize(
    ("talk", "message"),
    [
        (["What is an avocado?"], "Is it a fruit or a vegetable?"),
        (["How do you know if you have food poisoning?"], "How long does it usually last?"),
        (
            ["My grandmother keeps getting urinary tract infections. What can she do?"],
            "Does cranberry juice really work?",
        ),
        (["What is pancreatitis?"], "Is alcohol okay afterwards?"),
        (["What is rheumatoid arthritis?"], "Is it true about the nightshades?"),
    ],
)
def test_what_a_message_hangs_on_is_quoted_where_nothing_else_shows_it(
    retriever: Retriever, talk: list[str], message: str
) -> None:
    assert retriever.understand(message, talk).quotes == tuple(talk)


def test_vitamins_of_a_food_are_no_one_nutrient(retriever: Retriever) -> None:
    talk = ["Which foods have calcium?", "And milk powder?"]
    assert retriever.understand("Does it lose its vitamins?", talk).nutrients == ()
