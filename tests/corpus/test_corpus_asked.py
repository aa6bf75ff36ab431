"""Facts that people ask for: the sentence that says one is among the first that the question gets."""

from __future__ import annotations

import pytest

from answers import Nutrace
from answers.types import Quote

FIRST = 3
"""Sentences that are read before somebody goes away."""


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("how much caffeine can a teenager have", "at most 100 mg of caffeine"),
        ("can my 8 year old drink coffee", "advise against caffeine for children under 12"),
        ("is 25000 iu vitamin a safe", "10,000 IU of vitamin A as retinol holds 3,000 µg"),
        ("can i use retinol cream while pregnant", "should not be used in pregnancy"),
        ("why cant you eat polar bear liver", "The liver of polar bears"),
        ("35 weeks pregnant, my hands and feet itch at night", "maternity unit should be called the same day"),
        ("does vitamin c help gout", "not been clearly shown to prevent or treat gout"),
        ("vitamin d for pcos", "no good evidence that vitamin D"),
        ("my son has adhd, omega 3?", "ADHD, trials of omega-3 are negative or conflict"),
        ("turmeric with warfarin", "strengthen warfarin"),
        ("cranberry juice with warfarin", "reported to strengthen warfarin"),
        ("can i take 5-htp with sertraline", "serotonin syndrome"),
        ("can i drink coffee after thyroid pill", "reduces the absorption of levothyroxine"),
        ("can i drink wine on phenelzine", "hold tyramine"),
        ("what foods increase breast milk supply", "The more often a baby feeds"),
        ("does fenugreek increase milk supply", "weak and mixed evidence"),
        ("are green potatoes poisonous", "hold solanine"),
        ("undercooked kidney beans", "severe vomiting and diarrhea"),
        ("can i crush my iron tablets", "asked before tablets are crushed"),
        ("can i take expired vitamins", "lost strength"),
        ("is scurvy contagious", "not contagious"),
        ("is pellagra contagious", "not contagious"),
        ("can you catch beriberi", "not contagious"),
        ("thirsty all the time and peeing a lot", "needs a blood sugar test the same day"),
        ("i take methotrexate and have mouth sores", "tell their doctor the same day"),
        ("havent eaten for 10 days how should i start eating", "needs a doctor the same day"),
        ("athlete lost her period", "Missed periods"),
        ("how long do b12 stores last", "last for years"),
        ("does cooking destroy folate", "Long cooking destroys folate"),
        ("why is my poop black on iron tablets", "turn stools dark"),
        ("simvastatin muscle pain", "can themselves cause muscle pain"),
        ("foods for ibs", "soluble fiber such as psyllium"),
        ("fibre rich food that wont set off my ibs", "psyllium is a fiber that can help"),
        ("high protein snacks for my mum she is 80 and has no teeth", "flaked fish and finely minced meat"),
        ("how long does vitamin d take to work", "feel better within a few weeks"),
        ("why do i need vitamin c with iron", "raises the absorption of iron from plant foods"),
        ("is it true that soy messes up your thyroid", "have not been shown to harm a thyroid"),
        ("does sea salt have iodine", "no good source of iodine"),
        ("does cooking in cast iron pan give u iron", "cast iron pan adds some iron"),
        ("does magnesium give you the runs", "Too much magnesium from supplements"),
        ("how much protein to build muscle at 80 kilos", "96 to 160 g at 80 kg"),
        ("my son is 3 and very picky", "Picky eating is common"),
        ("teenage daughter went vegetarian overnight, what should i watch out for", "Low iron stores are more common"),
        (
            "my dad is 78 and lives on toast and tea what is he likely missing",
            "Vitamin D is the vitamin most often lacking",
        ),
        ("should i take creatine im 16 and play rugby", "For teenagers and in pregnancy"),
        ("should i take vitamin d in winter uk", "In autumn and winter everyone over 4"),
    ],
)
def test_a_fact_asked_for_is_among_the_first_sentences(engine: Nutrace, message: str, said: str) -> None:
    answer = engine.respond(message)
    shown = [piece.text for piece in answer.pieces if piece.kind == "quote" and piece.text.endswith(".")]
    assert answer.status == "answered"
    assert any(said in sentence for sentence in shown[:FIRST]), shown[: FIRST + 1]


SUPPLEMENTS = {
    "vitamin a": "need no vitamin A supplement",
    "b complex": "need no B complex",
    "vitamin b1": "enough thiamin (vitamin B1) from food",
    "vitamin b2": "enough riboflavin (vitamin B2) from food",
    "vitamin b3": "need no niacin supplement",
    "vitamin b12": "need no vitamin B12 supplement",
    "folic acid": "advised to take a folic acid supplement",
    "biotin": "need no biotin supplement",
    "vitamin c": "need no vitamin C supplement",
    "vitamin d": "consider 10 µg (400 IU) of vitamin D a day",
    "vitamin e": "need no vitamin E supplement",
    "vitamin k": "need no vitamin K supplement",
    "calcium": "so a calcium supplement is for",
    "iron": "so an iron supplement is for",
    "magnesium": "so a magnesium supplement is for",
    "potassium": "a potassium supplement is for people with low blood potassium",
    "zinc": "so a zinc supplement is for",
    "selenium": "need no selenium supplement",
    "iodine": "An iodine supplement is advised",
    "copper": "need no copper supplement",
    "chromium": "need no chromium supplement",
    "omega 3": "an omega-3 supplement is mainly a choice",
    "choline": "need no choline supplement",
    "protein powder": "need no protein powder",
    "a multivitamin": "do not need a multivitamin",
}
"""What says who needs a supplement and who does not. Vitamin B6 has two warnings before it."""


@pytest.mark.parametrize(("supplement", "said"), SUPPLEMENTS.items())
def test_should_i_take_it_is_answered_by_who_needs_it_in_the_first_two_sentences(
    engine: Nutrace, supplement: str, said: str
) -> None:
    answer = engine.respond(f"should i take {supplement}")
    shown = [piece.text for piece in answer.pieces if piece.kind == "quote" and piece.text.endswith(".")]
    assert any(said in sentence for sentence in shown[:2]), shown[:3]


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("bloated and gassy all the time deficiency?", "Bloating and gas have not been shown"),
        ("i got stretch marks is that iron", "Iron deficiency has not been shown to cause stretch marks"),
        ("dark circles under my eyes what am i low in", "have not been shown to come from a lack of a vitamin"),
        ("why do my ears ring, am i low in b12", "mostly linked with hearing loss"),
        ("low sex drive is it zinc", "has not been shown to come from a lack"),
        ("dandruff what vitamin", "has not been shown to come from a lack"),
        ("acne vitamin deficiency", "has not been shown to come from a lack"),
        ("my teeth are crumbling what am i missing", "Tooth decay comes from acid"),
        ("body odor vitamin deficiency", "has not been shown to come from a lack"),
        ("sweating at night what am i lacking", "have not been shown to come from a lack"),
        ("always hungry and craving chocolate does that mean low magnesium", "Constant hunger and cravings"),
        ("im thirsty all the time", "can mean diabetes"),
    ],
)
def test_a_sign_that_no_lack_explains_says_so_before_anything_else(engine: Nutrace, message: str, said: str) -> None:
    answer = engine.respond(message)
    shown = [piece.text for piece in answer.pieces if piece.kind == "quote" and piece.text.endswith(".")]
    assert answer.status == "answered"
    assert any(said in sentence for sentence in shown[:3]), shown[:4]


@pytest.mark.parametrize("question", ["should I take {}?", "do I need to take {} supplements?"])
def test_whether_to_take_any_nutrient_is_answered_by_the_sentence_on_who_needs_it(
    engine: Nutrace, question: str
) -> None:
    astray = []
    for document in (one for one in engine.corpus.documents.values() if one.kind == "nutrient"):
        name = engine.corpus.tables["nutrients"].by_id[document.id].text("name").split(" (")[0]
        section = next(section for section in document.sections if section.aspect == "evidence")
        pieces = engine.respond(question.format(name)).pieces
        quoted = [piece.text for piece in pieces if isinstance(piece, Quote) and piece.document]
        if not quoted or quoted[0] != document.text[slice(*section.sentences[0])]:
            astray.append(name)
    assert astray == []


@pytest.mark.parametrize(
    ("turns", "shown"),
    [
        (["how soon will iron tablets help"], "blood counts usually recover in about 2 months"),
        (["I have iron deficiency", "how fast will it help?"], "blood counts usually recover in about 2 months"),
        (["my b12 is low", "when will I feel better?"], "anemia usually corrects within 6 to 8 weeks"),
        (["folate deficiency", "how long until I feel better?"], "within 3 to 6 months"),
        (["I am low in vitamin D", "how long until I feel better?"], "feel better within a few weeks"),
        (["scurvy", "how long until I feel better?"], "feel better within 1 to 2 days"),
        (["low magnesium", "how long until I feel better?"], "depends on the condition that causes it"),
    ],
)
def test_how_soon_a_lack_is_mended_is_said_first(engine: Nutrace, turns: list[str], shown: str) -> None:
    answer = engine.respond(turns[-1], turns[:-1])
    quoted = [piece.text for piece in answer.pieces if isinstance(piece, Quote) and piece.document]
    assert shown in quoted[0]
