"""What a question gets beyond its words: the person, the danger, how many nutrients were asked for."""

from __future__ import annotations

import re

import pytest

from answers import Nutrace, data
from retriever import Amount, Evidence, Retriever
from retriever.reading import Units
from retriever.text import plain, spelled_out


def evidence_of(engine: Nutrace, message: str, *history: str) -> Evidence:
    return engine.respond(message, history).evidence


def test_one_nutrient_asked_for_gets_the_best_established_and_the_others_after_it(engine: Nutrace) -> None:
    answer = engine.respond("which mineral is low if my nails are spoon shaped")
    assert answer.topics == ("iron",)
    assert {link.nutrient for link in answer.evidence.weaker} >= {"protein", "iodine"}
    assert len(engine.respond("what deficiencies cause spoon nails").topics) > 1


def test_of_several_signs_the_nutrient_linked_with_all_of_them_comes_first(engine: Nutrace) -> None:
    answer = engine.respond("rash on sun exposed skin plus diarrhea, deficiency of what")
    assert answer.topics[0] == "niacin"
    causes = [{link.nutrient for link in engine.retriever.links.causes(s)} for s in answer.question.symptoms]
    assert len(causes) >= 2
    assert all("niacin" in cause for cause in causes)


def test_nothing_is_said_not_to_be_a_cause_that_causes_another_of_the_signs(engine: Nutrace) -> None:
    answer = engine.respond("always tired and my hair is falling out, which nutrients")
    causes = {link.nutrient for s in answer.question.symptoms for link in engine.retriever.links.causes(s)}
    assert len(answer.question.symptoms) == 2
    assert not causes & set(answer.not_linked)


@pytest.mark.parametrize(
    ("message", "nutrient", "word"),
    [
        ("im pregnant can i eat liver", "vitamin-a", "liver"),
        ("warfarin and kale", "vitamin-k", "warfarin"),
        ("kidney disease and bananas", "potassium", "kidney"),
    ],
)
def test_a_food_and_a_person_lead_to_what_this_person_is_warned_about(
    engine: Nutrace, message: str, nutrient: str, word: str
) -> None:
    answer = engine.respond(message)
    assert answer.status == "answered"
    assert nutrient in answer.topics
    first = next(block for block in answer.blocks if getattr(block, "style", "") == "warning")
    assert word in " ".join(piece.text for piece in first.pieces).casefold()  # type: ignore[union-attr]


@pytest.mark.parametrize("message", ["symptoms of high potassium", "hypercalcemia symptoms", "signs of too much iron"])
def test_high_and_hyper_ask_what_too_much_does(engine: Nutrace, message: str) -> None:
    assert engine.retriever.understand(message).aspect == "excess"


@pytest.mark.parametrize(
    "message", ["which foods are high in potassium", "high potassium foods", "foods high in calcium"]
)
def test_foods_high_in_something_are_listed_and_nobody_is_ill(engine: Nutrace, message: str) -> None:
    answer = engine.respond(message)
    assert len(answer.foods) >= 5
    assert answer.question.filters.conditions == ()


@pytest.mark.parametrize(
    "message", ["how much vitamin d for a 4 year old", "is 1000 iu vitamin d too much for my toddler"]
)
def test_a_child_gets_no_sentence_with_an_adults_figure(engine: Nutrace, message: str) -> None:
    answer = engine.respond(message)
    assert answer.status == "answered"
    quotes = [piece["text"] for piece in data(answer)["pieces"] if piece["kind"] == "quote" and "document" in piece]
    assert [q for q in quotes if re.search(r"\d", q) and re.search(r"\b(adults?|men|women)\b", q.casefold())] == []


def test_in_danger_nothing_comforts_and_no_food_is_offered(engine: Nutrace) -> None:
    answer = engine.respond("tingling round my mouth and my hands are in spasm")
    assert answer.urgency == "emergency"
    assert answer.evidence.lead == ()
    assert not [chip for chip in answer.suggestions if chip.startswith(("Which foods", "How much"))]


@pytest.mark.parametrize(
    "message", ["per 100 kcal", "per 100 g", "per serving", "I'm vegan", "without soy", "forget vegan"]
)
def test_what_the_pages_own_controls_say_is_calm(engine: Nutrace, message: str) -> None:
    assert engine.respond(message, ["Which foods have the most magnesium?"]).urgency == "none"


def test_sentences_beside_a_table_name_no_food_that_the_person_leaves_out(engine: Nutrace) -> None:
    evidence = evidence_of(engine, "I don't eat dairy", "which foods have calcium?")
    texts = [engine.corpus.documents[q.document].text[slice(*q.span)] for q in evidence.quotes]
    assert texts
    assert not [text for text in texts if re.search(r"\b(milk|yogurt|cheese)\b", text.casefold())]


def test_vitamins_are_spelled_out_for_the_encoder() -> None:
    assert spelled_out(plain("Vitamin D and B12, vitamin K2")) == "vitamin d and vitamin b12, vitamin k2"
    assert spelled_out(plain("vitaminc and vitamins a & e")) == "vitamin c and vitamin a and vitamin e"


@pytest.mark.parametrize(
    ("number", "nutrients", "amounts"),
    [
        (2000, ("vitamin-d",), (Amount(2000, "IU"),)),
        (50, ("vitamin-d",), (Amount(50, "µg"),)),
        (500, ("niacin",), (Amount(500, "mg"),)),
        (400, ("vitamin-e",), ()),
        (10000, ("vitamin-a",), ()),
        (400, ("magnesium", "zinc"), ()),
        (400, (), ()),
    ],
)
def test_a_bare_number_has_a_unit_only_where_it_is_certain(
    engine: Nutrace, number: float, nutrients: tuple[str, ...], amounts: tuple[Amount, ...]
) -> None:
    in_iu = engine.corpus.vocabulary["dialogue"]["in_iu"]
    units = {row.id: row.text("unit") for row in engine.corpus.tables["nutrients"].rows}
    assert Units(units, in_iu).of(number, nutrients) == amounts


def test_two_thousand_of_vitamin_d_is_half_the_limit_and_not_twenty_times_it(engine: Nutrace) -> None:
    text = data(engine.respond("is 2000 a day too much?", ["vitamin d"]))["text"]
    assert "2,000 IU ÷ 40 IU = 50 µg" in text and "= 50 %" in text


def test_an_amount_of_nothing_named_is_asked_back(engine: Nutrace) -> None:
    assert engine.respond("is 400 mg too much?").status == "clarify"
    assert engine.respond("and is 500 mg?", ["is 400 mg too much?"]).status != "clarify"
    text = data(engine.respond("magnesium", ["is 400 mg too much?"]))["text"]
    assert "400 mg ÷ 350 mg" in text
    assert engine.respond("is 400 mg too much?", ["magnesium"]).question.nutrients == ("magnesium",)


@pytest.mark.parametrize("message", ["what are the symptoms of sickle cell anemia", "signs of thalassemia"])
def test_a_disease_that_nothing_shown_speaks_of_is_not_answered_by_its_neighbor(engine: Nutrace, message: str) -> None:
    assert engine.respond(message).status == "no_answer"


def test_what_goes_on_about_something_unknown_is_searched_with_its_words(engine: Nutrace) -> None:
    answer = engine.respond("are they safe to eat?", ["tell me about lavender plants"])
    assert answer.status == "no_answer" and "lavender" in answer.understood


@pytest.mark.parametrize(
    "message", ["what causes high iron levels", "why is my folate high", "what causes high vitamin a"]
)
def test_nothing_of_too_little_answers_what_is_too_much(engine: Nutrace, message: str) -> None:
    answer = engine.respond(message)
    texts = engine.retriever.gatherer.texts(answer.evidence)
    assert answer.question.aspect == "excess" and texts
    assert [text for text in texts if re.match(r"(?:Low|A lack of|Too little) ", text)] == []


def test_a_topic_is_called_what_the_person_called_it(engine: Nutrace) -> None:
    history = ["what is the keto diet?"]
    assert "keto diet" in engine.respond("what deficiencies does it cause", history).understood


def test_a_deficiency_as_a_whole_gets_its_signs_and_its_causes(engine: Nutrace) -> None:
    aspects = {quote.heading for quote in engine.respond("iron deficiency").evidence.quotes}
    signs_alone = {quote.heading for quote in engine.respond("signs of iron deficiency").evidence.quotes}
    assert len(aspects) > len(signs_alone) == 1


def test_a_number_of_a_food_stands_beside_the_limit(engine: Nutrace) -> None:
    answer = engine.respond("is 8 too many", ["how many brazil nuts for selenium"])
    assert answer.question.aspect == "excess" and "× 8 × 5 g" in data(answer)["text"]


def test_help_is_about_the_same_direction_as_the_question(engine: Nutrace) -> None:
    much, little = engine.respond("too much magnesium"), engine.respond("signs of low vitamin d")
    texts = engine.retriever.gatherer.sentences.text
    assert not [text for quote in much.evidence.closing if (text := texts(quote)).startswith("Low ")]
    assert not [text for quote in little.evidence.closing if "high doses" in (text := texts(quote))]


def test_no_sentence_praises_what_the_person_is_warned_of(engine: Nutrace) -> None:
    answer = engine.respond("foods with folate", ["i am 9 weeks pregnant"])
    shown = engine.retriever.gatherer.texts(answer.evidence)
    assert answer.evidence.warnings and [text for text in shown if "liver" in text.casefold()] == []


def test_a_food_asked_about_as_a_whole_shows_its_energy_first(engine: Nutrace) -> None:
    whole = data(engine.respond("barley nutrition"))["text"]
    assert "| energy [" in whole and "| carbohydrate [" in whole
    assert "energy [" not in data(engine.respond("how much fiber is in barley"))["text"]


def test_what_is_well_established_for_one_sign_is_not_dropped_for_what_is_claimed_of_two(engine: Nutrace) -> None:
    assert "iodine" in engine.respond("my legs are swollen and i have a goiter, what am i lacking").topics
    assert engine.respond("swelling in neck goiter lack of which mineral").topics == ("iodine",)


def test_a_disease_that_somebody_denies_is_not_what_they_ask_about(retriever: Retriever) -> None:
    assert retriever.understand("i don't have diabetes, which foods have magnesium").topics == ()
    assert retriever.understand("which foods help with diabetes").topics == ("topic:diabetes",)


@pytest.mark.parametrize(
    "message", ["Which fruits are low in potassium?", "what fruit has the least potassium", "low sodium cheese"]
)
def test_what_is_low_in_a_nutrient_is_listed_from_the_least(engine: Nutrace, message: str) -> None:
    answer = engine.respond(message)
    amounts = [food.values[0].per_serving or 0.0 for food in answer.foods]
    assert "low in" in answer.understood and len(amounts) > 5
    assert amounts == sorted(amounts)


def test_what_goes_on_about_something_unknown_is_answered_no_more_than_that(engine: Nutrace) -> None:
    history = ["What is the low-FODMAP diet?"]
    assert engine.respond(history[0]).status == "no_answer"
    answer = engine.respond("Can I still eat bread?", history)
    assert answer.status == "no_answer" and "low-FODMAP" in answer.understood


def test_an_amount_to_reach_is_divided_by_what_one_piece_holds(engine: Nutrace) -> None:
    history = ["How many cashews should I eat to get 77 mg of magnesium?"]
    shown = data(engine.respond("How many bananas contain the same amount of magnesium?", history))["text"]
    assert "77 mg ÷ (27 mg × 118 g ÷ 100 g) = 2.4" in shown


def test_a_story_before_a_question_is_no_question(retriever: Retriever) -> None:
    message = "My mother is 81 and was started on donepezil for Alzheimer's. Can the dose be taken in the morning?"
    question = retriever.understand(message)
    assert question.parts == () and question.nutrients == ()


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("can babies have honey", "infant botulism"),
        ("Why can't infants have honey?", "infant botulism"),
        ("why can't babies have cow's milk", "cow's milk"),
        ("which vitamins are water soluble", "water-soluble vitamins are vitamin C and the B vitamins"),
        ("does milk in childhood really make you taller", "grow taller"),
    ],
)
def test_a_question_about_a_food_that_a_document_lists_is_no_question_of_what_it_holds(
    engine: Nutrace, message: str, shown: str
) -> None:
    answer = engine.respond(message)
    assert answer.status == "answered" and message in answer.understood
    assert shown in data(answer)["text"]


@pytest.mark.parametrize("message", ["beriberi", "kwashiorkor", "pellagra?"])
def test_the_name_of_a_topic_alone_is_answered(engine: Nutrace, message: str) -> None:
    assert engine.respond(message).status == "answered"


def test_what_a_document_names_on_the_way_has_no_nutrient_of_its_own(retriever: Retriever) -> None:
    question = retriever.understand("What foods contain it?", ["What is melatonin?"])
    assert (question.nutrients, question.topics) == ((), ("topic:sleep",))


def test_the_other_way_is_no_place_in_a_list(retriever: Retriever) -> None:
    history = ["Tell me about goiter.", "How does a lack of iodine make the gland swell up?"]
    question = retriever.understand("Can it go the other way, I mean getting one from too much?", history)
    assert question.nutrients == ("iodine",) and question.quotes[0] == history[0]


@pytest.mark.parametrize(
    ("history", "message", "words"),
    [
        ((), "honey for a 10 month old", "must not have honey"),
        ((), "can i give my 5 month old cows milk?", "no main drink"),
        ((), "phenelzine and marmite", "yeast extract"),
        ((), "im 8 weeks pregnant, is liver pate ok?", "avoid liver"),
        ((), "is energy drink ok for 14 year old", "no energy drinks"),
        (("transplant patient on tacrolimus, echinacea?",), "grapefruit", "avoid grapefruit"),
        (("dialysis patient here", "what about phosphorus"), "star fruit?", "star fruit can poison"),
        (("hemochromatosis, can i eat cereal",), "oysters", "raw shellfish"),
    ],
)
def test_somebody_is_warned_of_a_food_by_its_name(
    engine: Nutrace, history: tuple[str, ...], message: str, words: str
) -> None:
    answer = engine.respond(message, history)
    assert answer.status == "answered"
    assert words in answer.blocks[1].pieces[1].text + answer.blocks[1].pieces[-1].text  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "message", ["does honey have iron", "how much vitamin c is in grapefruit", "cows milk calcium"]
)
def test_nobody_else_is(engine: Nutrace, message: str) -> None:
    assert not evidence_of(engine, message).warnings


def test_what_is_taken_with_everything_at_a_risk_is_answered_without_a_nutrient(engine: Nutrace) -> None:
    shown = " ".join(
        row.text("effect") for row in evidence_of(engine, "St John's wort with the birth control pill?").interactions
    )
    assert "birth control" in shown
    assert evidence_of(engine, "what is the function of insulin").status == "no_answer"


@pytest.mark.parametrize(
    ("message", "condition"),
    [
        ("my potassium is 6.8", "condition:high-potassium"),
        ("my k was 6.9 today", "condition:high-potassium"),
        ("my calcium is 11 mg/dl", "condition:high-calcium"),
    ],
)
def test_a_number_found_in_blood_is_known_from_then_on(engine: Nutrace, message: str, condition: str) -> None:
    answer = engine.respond("what should i eat", (message,))
    assert condition in answer.question.filters.conditions
    assert not answer.foods


@pytest.mark.parametrize(
    "message", ["my potassium is 4.2", "calcium 500 mg", "potassium 6 bananas", "iron for women of 30"]
)
def test_another_number_says_nothing_of_blood(engine: Nutrace, message: str) -> None:
    assert not engine.respond(message).question.filters.conditions


@pytest.mark.parametrize("message", ["my calcium is 11 mg/dl", "potassium 4.2 is that ok", "ferritin 600"])
def test_a_nutrient_with_a_number_is_a_blood_test(engine: Nutrace, message: str) -> None:
    answer = engine.respond(message)
    assert answer.question.aspect == "testing"
    assert answer.evidence.tests
    assert not answer.evidence.intakes


@pytest.mark.parametrize(
    ("message", "there", "elsewhere"),
    [
        ("vitamin e deficiency symptoms", "numbness", "blood thinner"),
        ("symptoms of hypercalcemia", "high blood calcium", "tingling"),
        ("is too much vitamin a dangerous", "pregnant", "night blindness"),
        ("causes of zinc deficiency", "poor growth", "battery"),
    ],
)
def test_help_is_named_in_the_direction_that_was_asked(
    engine: Nutrace, message: str, there: str, elsewhere: str
) -> None:
    evidence = evidence_of(engine, message)
    text = " ".join(engine.retriever.gatherer.sentences.text(quote) for quote in evidence.closing).casefold()
    assert there in text
    assert elsewhere not in text


def test_tablets_are_warned_of_where_tablets_are_asked_about(engine: Nutrace) -> None:
    ids = [{row.id for row in evidence_of(engine, m).warnings} for m in ("foods with iron", "iron tablets how much")]
    assert "everyone-iron" not in ids[0]
    assert "everyone-iron" in ids[1]


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("is creatine safe im 14", "For teenagers"),
        ("which foods contain lectins", "Lectins"),
    ],
)
def test_the_sentence_that_says_it_comes_first(engine: Nutrace, message: str, words: str) -> None:
    first = evidence_of(engine, message).quotes[0]
    assert engine.retriever.gatherer.sentences.text(first).startswith(words)


def test_no_figure_for_children_stands_in_an_answer_about_nobody(engine: Nutrace) -> None:
    texts = [
        engine.retriever.gatherer.sentences.text(q)
        for q in evidence_of(engine, "how much folic acid is too much").quotes
    ]
    assert texts
    assert not any("1 to 3 years" in text for text in texts)


def test_an_amount_of_one_nutrient_is_none_of_another(engine: Nutrace) -> None:
    answer = engine.respond("what happens to copper", ("zinc 100 mg a day for acne, is that ok?",))
    assert answer.question.nutrients == ("copper",)
    assert not answer.question.amounts
    assert engine.respond("800mg a day ok?", ("how about caffeine pills",)).question.nutrients == ()
