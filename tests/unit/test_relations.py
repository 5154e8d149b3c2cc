"""The changes that the metamorphic tests make to a message."""
from __future__ import annotations

from random import Random
from typing import Sequence

import pytest

from tests.properties.relations import (
    NEIGHBOURS,
    RELATIONS,
    SLIPS,
    Pick,
    T,
    double_letter,
    drop_letter,
    hit_neighbour,
    swap_letters,
)

SENTENCE = "I can't feel my left Leg."


def first(options: Sequence[T], /) -> T:
    return options[0]


def last(options: Sequence[T], /) -> T:
    return options[-1]


@pytest.mark.parametrize(("relation", "pick", "changed"), [
    ("please", first, "please I can't feel my left Leg."),
    ("please", last, "I can't feel my left Leg. please help"),
    ("greeting", first, "Hi, I can't feel my left Leg."),
    ("one typo", first, "I can't eel my left Leg."),
    ("one typo", last, "I can't feel my lefg Leg."),
    ("two typos", first, "I can't eel my eft Leg."),
    ("upper case", first, "I CAN'T FEEL MY LEFT LEG."),
    ("bare", first, "I can't feel my left Leg"),
    ("bare", last, "i can't feel my left leg"),
    ("harmless before", first, "My name is Ravi. I can't feel my left Leg."),
    ("harmless after", first, "I can't feel my left Leg. My name is Ravi."),
    ("about another", first, "my mother can't feel her left Leg."),
    ("stretched vowel", first, "I caaan't feel my left Leg."),
    ("emoji", first, "I can't feel my left Leg. 😟"),
    ("odd blanks", first, "I  can't feel my left Leg."),
    ("odd blanks", last, " \u2003 I can't feel my left Leg. \u2003 "),
    ("minimised", first, "probably nothing but I can't feel my left Leg."),
])
def test_a_relation_changes_a_message(relation: str, pick: Pick, changed: str) -> None:
    assert RELATIONS[relation](SENTENCE, pick) == changed


@pytest.mark.parametrize(("text", "changed"), [
    ("My legs are numb", "my mother's legs are numb"),
    ("I'm weak and I've wet myself", "my mother is weak and she has wet herself"),
    ("can't feel my toes", "can't feel her toes"),
    ("I don't feel it, it scares me", "my mother doesn't feel it, it scares her"),
    ("I feel weak, am I ill?", "my mother feels weak, is she ill?"),
    ("my foot drags when I walk", "my mother's foot drags when she walks"),
    ("today my foot drags when I go out", "today her foot drags when my mother goes out"),
])
def test_the_writer_becomes_somebody_else(text: str, changed: str) -> None:
    assert RELATIONS["about another"](text, first) == changed


@pytest.mark.parametrize(("relation", "text"), [
    ("about another", "my husband can't walk"),
    ("about another", "numb legs"),
    ("about another", "kamar me dard hai"),
    ("one typo", "leg is bad"),
    ("upper case", "NUMB"),
    ("upper case", "पैर सुन्न"),
    ("bare", "numb legs"),
    ("stretched vowel", "पैर सुन्न"),
])
def test_a_relation_that_does_not_apply_gives_nothing(relation: str, text: str) -> None:
    assert RELATIONS[relation](text, first) is None


def test_a_slip_that_changes_nothing_gives_nothing() -> None:
    def swap_the_twins(options: Sequence[T], /) -> T:
        """The only word, its second letter, and swapping."""
        return options[{1: 0, 4: 2}[len(options)] if options[0] in SLIPS else len(options) // 3]

    assert swap_letters("feel", 1, first) == "feel"
    assert RELATIONS["one typo"]("feel", swap_the_twins) is None


@pytest.mark.parametrize(("place", "dropped", "doubled", "swapped", "mistaken"), [
    (0, "umb", "nnumb", "unmb", "bumb"),
    (3, "num", "numbb", "nubm", "numv"),
])
def test_slips_of_the_finger(place: int, dropped: str, doubled: str, swapped: str,
                             mistaken: str) -> None:
    found = [slip("numb", place, first) for slip in
             (drop_letter, double_letter, swap_letters, hit_neighbour)]
    assert found == [dropped, doubled, swapped, mistaken]


def test_a_mistaken_letter_keeps_its_case() -> None:
    assert hit_neighbour("NUMB", 0, first) == "BUMB"


def test_every_key_has_neighbours_other_than_itself() -> None:
    assert set(NEIGHBOURS) == set("abcdefghijklmnopqrstuvwxyz")
    assert all(key not in beside and beside.isalpha() for key, beside in NEIGHBOURS.items())


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("seed", range(20))
def test_the_same_choices_make_the_same_message(relation: str, seed: int) -> None:
    made = [RELATIONS[relation](SENTENCE, Random(seed).choice) for _ in range(2)]
    assert made[0] == made[1] != SENTENCE
