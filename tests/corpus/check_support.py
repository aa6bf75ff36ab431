"""A small corpus in which nothing is wrong, and files to break it with."""

from __future__ import annotations

from pathlib import Path

from corpus import load_corpus
from corpus.check import check_corpus

SCHEMA = """\
nutrients: {id: text!, name: text!, short: text!, column: text, unit: text!, daily_value: number, parent: text, forms_note: text, source: text}
daily_values: {nutrient: text!, amount: number!, unit: text!, source: text!}
intakes: {id: text!, nutrient: text!, sex: text!, age_from_months: number!, age_to_months: number, life_stage: text, value: number, unit: text!, ul: number, ul_unit: text, cdrr: number, source: text!}
interactions: {id: text!, medicine: text!, nutrient: text!, effect: text!, advice: text!, source: text!}
cautions: {id: text!, who: text!, nutrient: text!, text: text!, source: text!}
tests: {id: text!, nutrient: text!, low: number, high: number, meaning: text, source: text!}
sources: {id: text!, title: text!, publisher: text!, url: text!}
links: {subject: text!, nutrient: text!, strength: text!, direction: text!}
foods: {id: text!, family: text!, group: text!, fdc_id: text, serving_grams: number!, default: flag, contains: list, iron_mg: number, vit_d_ug: number}
food_portions: {food_id: text!, unit: text!, grams: number!, source: text!}
food_alternatives: {food_id: text!, nutrient_column: text!, sr_value: number!, other_value: number!}
food_groups: {id: text!, groups: list, families: list}
food_extra: {food_id: text!, nutrient: text!, amount_per_serving: number!, serving_grams: number!, amount_per_100g: number!, source: text!}
"""  # noqa: E501
TABLES = {
    "nutrients": """\
id,name,short,column,unit,daily_value,parent,forms_note,source
iron,iron,iron,iron_mg,mg,18,,Iron figures state what a food holds.,fda
vitamin-d,vitamin D,vitamin D,vit_d_ug,µg,20,,,fda
""",
    "daily_values": "nutrient,amount,unit,source\niron,18,mg,fda\nvitamin-d,20,µg,fda\n",
    "intakes": """\
id,nutrient,sex,age_from_months,age_to_months,life_stage,value,unit,ul,ul_unit,cdrr,source
iron-women,iron,female,228,611,,18,mg,45,mg,,dri
iron-men,iron,male,228,611,,8,mg,45,mg,,dri
iron-old,iron,any,612,,,8,mg,45,mg,,dri
iron-pregnant,iron,female,228,611,pregnant,27,mg,45,mg,,dri
d-adults,vitamin-d,any,13,851,,15,µg,100,µg,,dri
""",
    "interactions": """\
id,medicine,nutrient,effect,advice,source
ppi-iron,medicine:ppis,iron,Acid blockers can lower the uptake of iron.,People who take them can ask a doctor.,dri
omeprazole-any,medicine:omeprazole,any,Omeprazole acts on the stomach.,People who take it can ask a doctor.,dri
""",
    "cautions": """\
id,who,nutrient,text,source
kidney-iron,condition:kidney-disease,iron,"With kidney disease, iron needs a doctor's advice.",dri
all-iron,everyone,iron,Iron tablets can poison a child.,dri
""",
    "tests": "id,nutrient,low,high,meaning,source\nferritin,iron,12,150,Low ferritin means low iron stores.,dri\n",
    "sources": """\
id,title,publisher,url
dri,Dietary Reference Intakes,National Academies,https://example.org/dri
fda,Daily values,FDA,https://example.org/fda
""",
    "links": """\
subject,nutrient,strength,direction
symptom:tiredness,iron,well-established,deficiency
symptom:tiredness,vitamin-d,unproven,deficiency
""",
    "foods": """\
id,family,group,fdc_id,serving_grams,default,contains,iron_mg,vit_d_ug
food:lentils,lentils,legumes,1001,100,yes,,3.3,0
food:salmon,salmon,fish,1002,85,yes,fish,0.4,11
""",
    "food_portions": "food_id,unit,grams,source\nfood:lentils,cup,198,USDA\n",
    "food_alternatives": "food_id,nutrient_column,sr_value,other_value\nfood:lentils,iron_mg,3.3,2.2\n",
    "food_groups": "id,groups,families\nlegumes,legumes,\noily-fish,,salmon\n",
    "food_extra": """\
food_id,nutrient,amount_per_serving,serving_grams,amount_per_100g,source
food:salmon,vitamin-d,9.4,85,11,USDA
""",
}
VOCABULARY = {
    "medicines": """\
- {id: medicine:ppis, words: [acid blockers], members: [{id: medicine:omeprazole, words: [omeprazole]}]}
""",
    "people": """\
life_stages: [{id: life-stage:pregnant, patterns: ['\\b\\d+ weeks pregnant\\b']}]
conditions: [{id: condition:kidney-disease, words: [kidney disease]}]
""",
    "diets": "diets: [{id: vegan, exclude: [fish]}]\npatterns: ['\\bno {x}\\b']\n",
    "phrases": "disclaimer: This is no medical advice.\n",
    "spelling": "parts: {aemi: emi, fibre: fiber}\nwords: {grey: gray, towards: toward}\nkept: [haemi]\n",
}
IRON = """\
---
id: iron
title: Iron
kind: nutrient
topics: [iron]
synonyms: [ferrous, anaemia tablets]
reviewed: 2026-11-22
sources:
  - {id: dri, title: Intakes, publisher: National Academies, url: "https://example.org/dri"}
  - {id: fdc1001, title: Lentils, publisher: USDA, url: "https://example.org/food-details/1001/nutrients"}
  - {id: efsa, title: Limits, publisher: EFSA, url: "https://example.org/efsa"}
sections:
  - {heading: How much iron, aspect: intake, questions: [how much iron, iron a day]}
---

# Iron

## How much iron

Women aged 19 to 50 need 18 mg of iron a day, and men of that age 8 mg.[^dri]
One serving of boiled lentils (100 g) has 3.3 mg of iron.[^fdc1001]
European experts give 40 mg of iron a day as a safe level for adults.[^efsa]
Iron works beside vitamin B12 in people with type 2 diabetes.
"""
TIREDNESS = """\
---
id: symptom:tiredness
title: Tiredness
kind: symptom
topics: [symptom:tiredness, iron, vitamin-d]
synonyms: [fatigue]
reviewed: 2026-11-22
sources:
  - {id: efsa, title: Limits, publisher: EFSA, url: "https://example.org/efsa"}
sections:
  - {heading: Nutrients linked with tiredness, aspect: linked-nutrients, questions: [why am i tired, tired all day]}
---

# Tiredness

## Nutrients linked with tiredness

Low iron can cause tiredness.
Vitamin D has not been shown to help against tiredness.
European experts give 40 mg of iron a day as a safe level for adults.[^efsa]
"""
FILES = {
    "tables/schema.yaml": SCHEMA,
    "documents/nutrients/iron.md": IRON,
    "documents/symptoms/tiredness.md": TIREDNESS,
    **{f"tables/{name}.csv": text for name, text in TABLES.items()},
    **{f"vocabulary/{name}.yaml": text for name, text in VOCABULARY.items()},
}


def findings(folder: Path, name: str = "", old: str = "", new: str = "") -> list[str]:
    """What the checker finds in the small corpus, with `old` replaced by `new` in one of its files."""
    assert not name or old in FILES[name], f"{old!r} is not in {name}"
    for path, text in FILES.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text.replace(old, new, 1) if path == name else text, encoding="utf-8")
    return check_corpus(load_corpus(folder))
