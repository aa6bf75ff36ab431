"""The linear model beside the rules of urgency: unforeseen wordings, and what must not alarm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from corpus import load_corpus
from retriever.text import plain
from retriever.urgency import CALM, UrgentSigns


@pytest.fixture(scope="module")
def vocabulary() -> Mapping[str, Any]:
    return load_corpus().vocabulary


@pytest.fixture(scope="module")
def signs(vocabulary: Mapping[str, Any]) -> UrgentSigns:
    return UrgentSigns(vocabulary)


@pytest.mark.parametrize(
    ("message", "level"),
    [
        ("grans mouth has slid down on the left and she talks mush, low b12?", "emergency"),
        ("my wee lad munched a strip of ferrous tablets", "poisoning"),
        ("how many potassium tablets to never wake up", "crisis"),
        ("i bring my dinner back up on purpose every night", "eating_disorder"),
        ("i dnt wana be alive anymor", "crisis"),
        ("feelin suisidal agen", "crisis"),
        ("toddlr swalowed a washing tablet", "poisoning"),
        ("cant catch me breth, lips r blue", "emergency"),
        ("how much potassium does it take to stop your heart for good", "crisis"),
        ("my potassium is 6.8", "emergency"),
        ("i take phenelzine, ate blue cheese and now have a splitting headache", "emergency"),
        ("alcohol withdrawal, seizure", "emergency"),
        ("nitrous oxide, cant feel legs, wet myself", "emergency"),
        ("on warfarin and my pee is red", "same_day"),
        ("my creatinine is 9", "same_day"),
        ("lab rang, my potassium is 6.4", "same_day"),
    ],
)
def test_wordings_that_no_rule_foresaw_are_urgent(signs: UrgentSigns, message: str, level: str) -> None:
    assert signs.judge(plain(message)).level == level


@pytest.mark.parametrize(
    "message",
    [
        "i have heart failure",
        "magnesium supplement dose",
        "which deficiency makes your mouth numb",
        "my grandad had a stroke in 2009, what should he eat",
        "no chest pain and no fever, just flaky nails",
        "that price nearly gave me a heart attack lol, cheaper nuts?",
        "is scurvy fatal",
        "can you die of low potassium",
        "how many sailors did beriberi kill",
        "bleeding edge research on selenium",
        "breathless on the stairs for months, ferritin 11",
        "my potassium came back 4.1",
    ],
)
def test_ordinary_messages_stay_calm(signs: UrgentSigns, message: str) -> None:
    assert signs.judge(plain(message)).level in CALM


@pytest.mark.parametrize(
    ("message", "level"),
    [
        ("tongue got thick after prawns", "emergency"),
        ("my throat is getting fat after eating nuts", "emergency"),
        ("had a cashew and now my lips are twice their size", "emergency"),
        ("swallowed a fish bone cant swallow my spit", "emergency"),
        ("a bit of steak is lodged in my gullet and nothing goes down", "emergency"),
        ("i want to sleep and never get up", "crisis"),
        ("i hope i dont wake up tomorrow", "crisis"),
        ("newborn jaundiced and very sleepy", "emergency"),
        ("why is my 3 day old so yellow and hard to wake", "emergency"),
        ("im shaking when i dont drink", "doctor_soon"),
        ("i need a whisky at breakfast to steady my hands", "doctor_soon"),
        ("im shaking and havent had a drink since yesterday", "emergency"),
        ("i shake until my first drink and i see spiders on the wall", "emergency"),
        ("my husband hits me and stops me eating", "crisis"),
        ("my carer wont give me food", "crisis"),
        ("36 weeks pregnant itching all over hands and feet no rash", "same_day"),
        ("methotrexate for RA mouth ulcers", "doctor_soon"),
        ("stabbing tummy pain hard as a board", "emergency"),
    ],
)
def test_signs_in_odd_words_have_their_own_level(signs: UrgentSigns, message: str, level: str) -> None:
    assert signs.judge(plain(message)).level == level


@pytest.mark.parametrize(
    "message",
    [
        "my tongue is sore after pineapple",
        "my lips get chapped after eating oranges",
        "a fish bone got stuck in my teeth",
        "i want to sleep better and not wake up tired",
        "my newborn sleeps well, her poo is yellow",
        "baby wont eat orange or yellow vegetables",
        "my hands shake if i dont drink coffee",
        "i have a banana shake in the morning before i drink my tea",
        "the price hits me every time",
        "my toddler hits me when he is hungry",
        "my gp wont let me eat before the blood test",
        "38 weeks pregnant and my belly itches",
        "baby keeps throwing food on the floor, is she missing something",
        "nan keeps falling over shes 88",
        "my legs swell in the evening",
        "im shaking off a cold, vitamin c?",
        "i had a double espresso with my multivitamin",
        "took 2 multivitamins by accident",
        "half a bottle of vodka a day vitamins?",
        "i lost 2 kg on purpose, need protein",
    ],
)
def test_look_alikes_of_these_signs_stay_calm(signs: UrgentSigns, message: str) -> None:
    assert signs.judge(plain(message)).level in CALM


@pytest.mark.parametrize(
    "message",
    [
        "my leg hurts for no reason",
        "my hair falls out for no reason",
        "ive had dry skin for 3 weeks could it be iron",
        "had a headache for 2 weeks is it iron",
        "ive had a sore tongue for 3 weeks could it be b12",
        "i've had constipation for 2 weeks since starting iron",
        "my eye lid been twitching for 3 weeks straight help",
        "heart keeps skipping beats and my doc said its nothing but could it be magnesium",
        "paper cuts on my fingers heal slowly",
        "i been chewing ice nonstop all day my coworker says thats a deficiency is it?",
        "my bloods are fine but the cramps wont go away",
        "my 5 year old has brittle nails",
        "my 2 year old drops everything on the floor",
    ],
)
def test_how_long_why_and_what_a_doctor_said_make_no_sign_urgent(signs: UrgentSigns, message: str) -> None:
    assert signs.judge(plain(message)).level in CALM


@pytest.mark.parametrize(
    ("message", "level"),
    [
        ("i cry for no reason and want to die", "crisis"),
        ("i see no reason to go on", "crisis"),
        ("no reason to live", "crisis"),
        ("i cut my arms", "crisis"),
        ("every night i think about hanging myself", "crisis"),
        ("my doctor says its nothing but i dont want to be alive", "crisis"),
        ("my 2 year old had iron tablets", "poisoning"),
        ("had 30 iron pills", "poisoning"),
        ("my 20 month got into the iron tablets", "poisoning"),
        ("my 18 month old chewed my iron pills", "poisoning"),
        ("pills on the floor and my baby had one", "poisoning"),
        ("ive had chest pain for 3 hours could it be magnesium", "emergency"),
        ("sudden weakness on my left side for no reason", "emergency"),
        ("im 34 weeks and my vision is blurry with a bad headache", "emergency"),
        ("12 weeks and soaking pads with blood", "emergency"),
        ("my husband dropped on the floor and is twitching", "emergency"),
    ],
)
def test_real_danger_in_the_same_frames_is_found(signs: UrgentSigns, message: str, level: str) -> None:
    assert signs.judge(plain(message)).level == level


def test_one_vitamin_too_many_is_calm_but_forty_are_not(signs: UrgentSigns) -> None:
    assert signs.judge(plain("i took 2 zinc tablets by mistake")).level in CALM
    assert signs.judge(plain("i took 40 zinc tablets by mistake")).level == "poisoning"
    assert signs.judge(plain("my toddler took 2 iron tablets by mistake")).level == "poisoning"
    assert signs.judge(plain("i took 2 of my wifes digoxin tablets by mistake")).level == "poisoning"


def test_a_verdict_can_be_looked_into(signs: UrgentSigns) -> None:
    assert signs.model is not None
    names = [name for name, _ in signs.model.reasons("blood when i vomit")]
    assert "k:blood" in names and "k:vomit" in names


def test_a_pattern_is_a_reason(signs: UrgentSigns) -> None:
    assert signs.features("i dont want to live")["r:unlive"] > 0
    assert "r:unlive" not in signs.features("i want to live to a hundred")


def test_words_are_mended_by_sound_and_edits_but_names_are_left(signs: UrgentSigns) -> None:
    mended = signs.features("swalowed tabluts, brething hard, thinkin of ferritin")
    assert {"k:swallowed", "k:pills", "k:breath", "w:thinking", "w:<nutrient>"} <= set(mended)


def test_the_model_does_not_calm_a_certain_rule(vocabulary: Mapping[str, Any]) -> None:
    calm = {**vocabulary["urgent_weights"], "bias": -5_000}
    signs = UrgentSigns({**vocabulary, "urgent_weights": calm})
    assert signs.judge("i have chest pain").level == "none"
    assert signs.judge("how many pills to never wake up").level == "crisis"


def test_a_corpus_without_weights_is_judged_by_its_rules_alone(vocabulary: Mapping[str, Any]) -> None:
    bare = UrgentSigns({"urgent": vocabulary["urgent"]})
    assert bare.model is None and bare.features("chest pain") == {}
    assert bare.judge("i have chest pain").level == "emergency"


@pytest.mark.parametrize(
    "message",
    [
        "my left eye lid has been twitching for 2 weeks now",
        "twitch under my right eye, a week now",
        "right calf cramps at night for a month now",
        "pins and needles in my left hand when i wake up",
        "goitre, i live in tibet",
        "small lump on my thyroid and we live in the mountains",
        "we dont want the vitamin k shot for our newborn",
        "we would like to not do the vitamin k injection",
        "got my b12 shot today",
        "weak muscles, can hardly get up the stairs",
        "short of breath on the stairs, ferritin 7",
        "we are not eating much because food is expensive",
        "my hair got thin and my nails too",
        "hba1c 7.1",
        "hb 12.1 and ferritin 7",
        "hb 7.4 mmol/l",
        "hb was 7.1 in hospital, now 11.2",
        "vitamin d 150 nmol/l",
        "my son refuses vegetables and is skinny",
        "trying to get pregnant, i take valproate",
        "shaking my legs in bed all night, iron?",
    ],
)
def test_side_time_home_and_refusal_make_no_sign_urgent(signs: UrgentSigns, message: str) -> None:
    assert signs.judge(plain(message)).level in CALM


@pytest.mark.parametrize(
    ("message", "level"),
    [
        ("my hb is 7.4", "same_day"),
        ("haemoglobin 71 g/l", "same_day"),
        ("vitamin d 160 ng/ml and so thirsty", "same_day"),
        ("heart skips beats after five days of diarrhoea", "same_day"),
        ("gums and nose bleed and i have pinpoint red dots on my shins", "same_day"),
        ("tiny red dots, nosebleeds and a fever", "emergency"),
        ("stopped my b12 shots and now i stumble and fall", "same_day"),
        ("7 weeks pregnant and on valproate", "same_day"),
        ("my childs legs are swollen and his hair is thin and red", "same_day"),
        ("can my anorexic sister have big meals", "same_day"),
        ("my daughter of 14 stopped eating and lost 9 kg", "eating_disorder"),
        ("she lost 12 kg and is afraid of food", "eating_disorder"),
        ("parnate and a splitting headache", "emergency"),  # a medicine's name is no misspelt "parent"
    ],
)
def test_signs_that_only_a_rule_knows(signs: UrgentSigns, message: str, level: str) -> None:
    assert signs.judge(plain(message)).level == level


def test_signs_told_one_after_another_add_up(signs: UrgentSigns) -> None:
    before = ["my gums bleed and my nose too", "and tiny red dots on my legs"]
    assert signs.judge(plain("and i have a fever")).level in CALM
    assert signs.judge_after("and i have a fever", before).level == "emergency"
    assert signs.judge_after("which foods have vitamin c", before).level == "none"  # nothing that adds to them
    assert signs.judge_after("no fever though", before).level == "none"
