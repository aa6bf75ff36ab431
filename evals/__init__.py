"""Evaluation: question sets and dialogues in, quality, retrieval and speed reports out.

Imports every package to its left (`corpus`, `index`, `retriever`, `answers`); nothing imports it.
"""
