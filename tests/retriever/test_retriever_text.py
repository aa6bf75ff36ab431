"""Any text is brought to one bounded form; names are found in it, the longest first; corrections are shown."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from retriever import Retriever
from retriever.lexicon import Lexicon, Name
from retriever.text import _VISIBLE, MAX_MESSAGE, MOST_CHARACTERS, fold, plain, plain_document, stems, tokens

ANY = st.text(st.characters(exclude_categories=()), max_size=200)
WORDS = st.lists(
    st.sampled_from(
        [
            "vitamin",
            "vitamins",
            "vit",
            "a",
            "b",
            "c",
            "d",
            "e",
            "k",
            "b12",
            "b-12",
            "b",
            "12",
            "6",
            "3",
            "omega",
            "omega-3",
            "d3",
            "k2",
            "and",
            "or",
            ",",
            "&",
            "+",
            "/",
            ".",
            "-",
            "mg",
            "400",
            "iu",
            "the",
            "zinc",
            "I'm",
        ]
    ),
    max_size=14,
).map(" ".join)
GROWTH = 18
"""Code points into which one can be folded at the most (U+FDFA)."""

# --- one form


@given(ANY)
@example("\ud800")
@example("\ufdfa" * 100)
def test_any_text_has_a_plain_form_without_control_characters(text: str) -> None:
    shown = plain(text)
    assert shown == plain(text)
    assert not any(ord(char) < 32 or 0xD800 <= ord(char) <= 0xDFFF for char in shown)


@given(st.sampled_from(["a", "\ufdfa", "İ", "vitamin a ", "\x00", "🍌", "1,"]), st.integers(1, 300))
def test_the_plain_form_is_bounded(unit: str, times: int) -> None:
    assert len(plain(unit * times * 100)) <= GROWTH * MAX_MESSAGE


def test_all_of_unicode_does_not_fill_the_memory() -> None:
    everything = "".join(chr(code) for code in range(0x20000) if not 0xD800 <= code < 0xE000)
    assert len(plain_document(everything)) > 60_000
    assert len(_VISIBLE) <= MOST_CHARACTERS and plain("z\u0007b\u2603") == "z b "


def test_a_message_is_cut_and_a_document_is_not() -> None:
    long = "iron " * MAX_MESSAGE + "zinc"
    assert len(plain(long)) == MAX_MESSAGE
    assert plain_document(long).endswith("iron zinc") and plain_document("B-12 \u2603 Iron") == plain(
        "B-12 \u2603 Iron"
    )


@given(ANY)
def test_the_plain_form_settles(text: str) -> None:
    twice = plain(plain(text))
    assert plain(twice) == twice


@given(WORDS | st.text(st.characters(max_codepoint=126), max_size=80))
@example("vitamins a, d and e")
@example("b 1 2")
def test_plain_english_settles_at_once(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(ANY | WORDS)
def test_tokens_stand_where_they_say_in_order(text: str) -> None:
    shown, at = plain(text), 0
    for token in tokens(shown):
        assert at <= token.start < token.end <= len(shown)
        assert shown[token.start : token.end].removesuffix("'s") == token.text
        assert token.stem
        at = token.end


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("B-12", "b12"),
        ("b 12", "b12"),
        ("vit. B12", "vitamin b12"),
        ("Vitamins A, D and E", "vitamin a and vitamin d and vitamin e"),
        ("Omega 3", "omega-3"),
        ("VITAMIN C", "vitamin c"),
        ("I’m", "I'm"),
        ("ﬁsh", "fish"),
        ("\uff15\uff10 mg", "50 mg"),
        ("µg", "ug"),
        ("vitamins a & d", "vitamin a and vitamin d"),
        ("vitamin K2", "vitamin k 2"),
    ],
)
def test_spellings_of_one_thing_have_one_form(typed: str, same: str) -> None:
    assert plain(typed) == plain(same)


# --- names


@pytest.fixture(scope="module")
def small() -> Lexicon:
    names = {
        "iron": "nutrient",
        "iron deficiency anemia": "topic",
        "milk": "food",
        "coconut milk": "food",
        "coconut": "food",
    }
    return Lexicon(Name(stems(name), name.replace(" ", "-"), kind, name) for name, kind in names.items())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("coconut milk", ["coconut-milk"]),
        ("milk of coconut", ["milk", "coconut"]),
        ("coconut and milk and coconut milk", ["coconut", "milk", "coconut-milk"]),
        ("is iron deficiency anemia from low iron", ["iron-deficiency-anemia", "iron", "iron"]),
        ("irony", []),
        ("", []),
    ],
)
def test_the_longest_name_wins(small: Lexicon, message: str, found: list[str]) -> None:
    ids = [entity.id for entity in small.find(tokens(plain(message)))]
    if message == "coconut and milk and coconut milk":  # fillers do not part names
        assert "coconut-milk" in ids
    else:
        assert sorted(ids) == sorted(found)


@pytest.mark.parametrize(
    ("message", "wanted", "unwanted"),
    [
        ("peanut butter", "peanut butter", "butter"),
        ("sweet potato", "sweet potato", "potato"),
        ("almond milk", "almond", "milk"),
        ("black beans", "black", "green beans"),
        ("brazil nuts", "brazil", "group"),
        ("beet greens", "beet greens", "beets"),
        ("coconut water", "coconut water", "coconut,"),
        ("pumpkin seeds", "pumpkin", "group"),
    ],
)
def test_a_food_of_two_words_is_not_the_food_of_one(
    retriever: Retriever, message: str, wanted: str, unwanted: str
) -> None:
    question = retriever.understand(f"how much iron is in {message}?")
    assert len(question.foods) == 1
    name = retriever.corpus.tables["foods"].by_id[question.foods[0]].text("name").casefold()
    assert wanted.split()[0] in name
    assert not name.startswith(unwanted)
    assert question.groups == ()


def test_every_shown_name_of_a_nutrient_symptom_and_topic_is_found(retriever: Retriever) -> None:
    wrong = []
    for document in retriever.corpus.documents.values():
        if not document.title.casefold().startswith(("what ", "when ", "why ", "how ", "which ", "who ")):
            said = retriever.parser.parse(document.title)
            if document.id not in {entity.id for entity in said.entities}:
                wrong.append((document.title, document.id, [entity.id for entity in said.entities]))
    assert wrong == []


@pytest.mark.parametrize(
    ("message", "id_"),
    [
        ("vitamin b1", "thiamin"),
        ("b2", "riboflavin"),
        ("vitamin b3", "niacin"),
        ("b5", "pantothenic-acid"),
        ("b6", "vitamin-b6"),
        ("b7", "biotin"),
        ("b9", "folate"),
        ("folic acid", "folate"),
        ("b12", "vitamin-b12"),
        ("cobalamin", "vitamin-b12"),
        ("ascorbic acid", "vitamin-c"),
        ("vit d3", "vitamin-d"),
        ("fibre", "fiber"),
        ("omega 3", "omega-3"),
        ("fish oil", "omega-3"),
    ],
)
def test_other_names_mean_the_canonical_nutrient(retriever: Retriever, message: str, id_: str) -> None:
    assert retriever.understand(f"what are the signs of {message} deficiency").nutrients == (id_,)


# --- spelling


@pytest.mark.parametrize(
    ("typed", "id_"),
    [
        ("magnisium", "magnesium"),
        ("magneisum", "magnesium"),
        ("pottasium", "potassium"),
        ("calcuim", "calcium"),
        ("vitamn d", "vitamin-d"),
        ("selenuim", "selenium"),
        ("thiamine", "thiamin"),
        ("flouride", "fluoride"),
        ("manganeze", "manganese"),
        ("iodene", "iodine"),
        ("riboflavon", "riboflavin"),
        ("phosphorous", "phosphorus"),
        ("cholin", "choline"),
        ("protien", "protein"),
        ("biotine", "biotin"),
    ],
)
def test_a_misspelt_nutrient_is_understood_and_the_correction_kept(retriever: Retriever, typed: str, id_: str) -> None:
    question = retriever.understand(f"which foods have {typed}?")
    assert question.nutrients == (id_,)
    word = typed.split()[0]
    if not retriever.parser.speller.known(word):
        assert word in dict(question.corrections)


def test_a_known_word_is_never_changed(retriever: Retriever) -> None:
    speller = retriever.parser.speller
    words = {token.text for document in retriever.corpus.documents.values() for token in tokens(plain(document.text))}
    words |= {
        "the",
        "horse",
        "magnet",
        "potash",
        "calculate",
        "iodize",
        "sodden",
        "zink",
        "zing",
        "irony",
        "corn",
        "kale",
        "liver",
        "live",
        "alive",
        "weak",
        "week",
    }
    assert [(w, speller.correct(w)) for w in sorted(words) if speller.known(w) and speller.correct(w) is not None] == []


@pytest.mark.parametrize("word", ["stevia", "matcha", "rooibos", "theanine", "carnitine", "konzo", "goji", "sibo"])
def test_a_right_word_of_food_and_health_is_no_misspelt_name(retriever: Retriever, word: str) -> None:
    assert retriever.parser.speller.correct(word) is None
    assert not retriever.understand(f"what is {word} good for?").corrections


@pytest.mark.parametrize(
    ("typed", "meant"), [("mesalazine", None), ("warfrin", "warfarin"), ("lisinipril", "lisinopril")]
)
def test_a_medicine_is_taken_for_another_only_by_a_slip(retriever: Retriever, typed: str, meant: str | None) -> None:
    assert retriever.parser.speller.correct(typed) == meant


@pytest.mark.parametrize(
    ("typed", "nutrients", "corrections"),
    [
        ("can you overdose on vitamind", ("vitamin-d",), ()),
        ("is 2000mg vitaminc a day safe?", ("vitamin-c",), ()),
        ("what happens without vitaminb12", ("vitamin-b12",), ()),
        ("vitamina c foods", ("vitamin-c",), (("vitamina", "vitamin"),)),
        ("vitamine deficiency", (), (("vitamine", "vitamin"),)),
    ],
)
def test_a_vitamin_typed_as_one_word_is_that_vitamin(
    retriever: Retriever, typed: str, nutrients: tuple[str, ...], corrections: tuple[tuple[str, str], ...]
) -> None:
    said = retriever.parser.parse(typed)
    assert (said.ids("nutrient"), said.corrections) == (nutrients, corrections)


def test_no_name_of_the_corpus_is_corrected(retriever: Retriever) -> None:
    texts = [text for d in retriever.corpus.documents.values() for text in (d.title, *d.synonyms)]
    texts += [row.text("name") for row in retriever.corpus.tables["foods"].rows]
    corrected = {text: pairs for text in texts if (pairs := retriever.parser.speller.mend(fold(text))[1])}
    assert corrected == {}


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text("aegimnsu", min_size=1, max_size=10), max_size=5).map(" ".join))
@example("magnisium and pottasium, magnisium")
def test_every_change_of_a_word_is_among_the_corrections(retriever: Retriever, text: str) -> None:
    said = retriever.parser.parse(text)
    texted = retriever.corpus.vocabulary["dialogue"]["texted"]
    pairs = {word: texted[word] for word in text.split() if word in texted} | dict(said.corrections)
    before = [token.text for token in tokens(plain(text))]
    after = [token.text for token in said.words]
    if len(before) == len(after):
        assert [new for new, old in zip(after, before, strict=True) if new != pairs.get(old, old)] == []
    assert all(old != new and old in before for old, new in said.corrections)


@pytest.mark.parametrize(
    "message", ["who won the superbowl", "asdfgh qwerty", "covfefe", "i love kubernetes", "tiktok trends"]
)
def test_a_word_far_from_every_name_names_nothing(retriever: Retriever, message: str) -> None:
    assert retriever.understand(message).asked == ()


@pytest.mark.parametrize(
    ("typed", "meant", "shown"),
    [
        ("hoe much zinc", "how much zinc", ()),
        ("sings of low iron", "signs of low iron", ()),
        ("shud i take zinc n iron", "should i take zinc and iron", ()),
        ("magnesium in pumpkin seats", "magnesium in pumpkin seeds", ("pumpkin seats",)),
        ("is 400 my of magnesium to much?", "is 400 mg of magnesium too much?", ()),
    ],
)
def test_what_phones_make_of_words_is_read_and_noted_where_it_names_something(
    retriever: Retriever, typed: str, meant: str, shown: tuple[str, ...]
) -> None:
    text, pairs = retriever.parser.speller.mend(typed)
    assert text == meant
    assert tuple(old for old, _ in pairs) == shown
