"""What a message says about the signs, read without any trained model."""
from __future__ import annotations

from typing import Optional

import pytest

from spinebot.red_flags.findings import MAX_CHARACTERS, NO, QUESTIONS, YES, find
from spinebot.red_flags.vocabulary import vocabulary

# question -> messages that report it, messages that deny it
SIGNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "sudden_onset": (
        ("it came out of nowhere", "all at once my back exploded",
         "achanak se kamar mein tez dard", "my arm went limp within a minute",
         "never felt anything like it", "weak since this morning"),
        ("it has been there for years", "not sudden, I always had it", "slowly getting worse")),
    "weakness": (
        ("my left leg is weak", "I can't lift my arm", "I keep dropping things",
         "he is not able to move his arm", "no strength in my legs", "pairon mein kamzori hai",
         "my legs are not ok", "left leg not as strong as the right one", "legs like jelly"),
        ("no weakness at all", "I am not weak", "my legs are just fine", "weakness: no",
         "kamzori nahi hai", "I don't think my legs are weak", "her legs are strong")),
    "walking": (
        ("I have trouble walking", "she cannot stand up", "he is unsteady on his feet",
         "I can not walk", "I can barely walk", "can only walk with help", "chal nahi pa raha",
         "her knees buckle"),
        ("I can walk", "he walks fine", "no trouble walking", "I haven't been unsteady")),
    "bladder_bowel": (
        ("I can't pee", "mum wet the bed", "havent peed since last night",
         "no control over my bladder", "no bowel control", "not able to pass urine",
         "peshab nahi ho raha", "I am leaking", "she had an accident in bed"),
        ("peeing is fine", "my bladder is normal", "I can pee", "peshab theek hai", "no leaks")),
    "numbness": (
        ("my feet are tingling", "I can't feel my toes", "I do not feel my legs",
         "pair sunn ho gaye hain", "pins and needles in both feet", "lost feeling down there",
         "toilet paper feels like cotton wool"),
        ("no numbness", "My feet aren't numb", "I can feel my legs", "sunn nahi hai",
         "neither weak nor numb", "don't have numbness anywhere")),
    "bleeding_risk": (
        ("he takes warfarin", "my mother's on blood thinners", "she bruises easily",
         "low platelets", "khoon patla karne ki dawa", "he has haemophilia"),
        ("no blood thinners", "I am not on any blood thinners", "never on aspirin")),
    "recent_procedure": (
        ("I had an epidural yesterday", "lumbar puncture two days ago", "I fell off a ladder",
         "not walked since the operation", "bachcha gir gaya"),
        ("no surgery", "didn't fall", "no injury or operation")),
    "blood_pressure": (
        ("bp is high", "my blood pressure shot up", "bp 210/120", "bp badh gaya"),
        ("bp is normal", "no high blood pressure", "blood pressure is fine")),
}
TABLE = [pytest.param(text, question, value, id=f"{question}-{value}-{text}")
         for question, senses in SIGNS.items()
         for value, texts in zip((YES, NO), senses) for text in texts]


@pytest.mark.parametrize(("text", "question", "value"), TABLE)
def test_a_sign_is_present_or_absent(text: str, question: str, value: str) -> None:
    assert find(text).values.get(question) == value


def test_the_table_and_the_vocabulary_cover_every_question() -> None:
    assert set(SIGNS) == set(QUESTIONS) == set(vocabulary().findings)


@pytest.mark.parametrize(("text", "values"), [
    ("no pain but my feet are numb", {"numbness": YES}),
    ("no pain, my feet numb", {"numbness": YES}),
    ("no pain and my feet are numb", {"numbness": YES}),
    ("no pain, can't pee", {"bladder_bowel": YES}),
    ("no pain, no control over my bladder", {"bladder_bowel": YES}),
    ("haven't peed and numb", {"bladder_bowel": YES, "numbness": YES}),
    ("no back pain just numb feet", {"numbness": YES}),
    ("No numbness. Can't pee.", {"numbness": NO, "bladder_bowel": YES}),
    ("no numbness but I can't walk", {"numbness": NO, "walking": YES}),
    ("I walk fine but can't pee", {"walking": NO, "bladder_bowel": YES}),
    ("not only numb but weak", {"numbness": YES, "weakness": YES}),
    ("no weakness, numbness or tingling", {"weakness": NO, "numbness": NO}),
    ("no weakness and numbness", {"weakness": NO, "numbness": NO}),
    ("Weak yes, numb no", {"weakness": YES, "numbness": NO}),
    ("weak no but numb yes", {"weakness": NO, "numbness": YES}),
    ("haath se roti nahi belti, ungliyan sunn", {"numbness": YES}),
    ("no numbness since the epidural", {"numbness": NO, "recent_procedure": YES}),
])
def test_a_denial_reaches_no_further_than_its_clause(text: str, values: dict[str, str]) -> None:
    assert find(text).values == values


@pytest.mark.parametrize("text", [
    "no, I can't walk", "no I can't walk", "no i cant walk", "No. I cannot walk",
    "no - can't walk", "nope, can't walk", "no he can't walk", "nahi, I can't walk",
    "nahi main chal nahi sakta", "no sir, not able to walk"])
def test_a_no_that_answers_denies_no_sign(text: str) -> None:
    assert find(text).values["walking"] == YES


@pytest.mark.parametrize("text", [
    "I don't know why my feet are numb", "no idea why numb", "didn't realise my leg was numb",
    "haven't slept because my feet are numb", "my feet are numb, no?", "feet are numb no?",
    "my feet have just gone numb, nothing big", "probably nothing but a bit numb lol"])
def test_doubt_and_small_talk_do_not_hide_a_sign(text: str) -> None:
    assert find(text).values["numbness"] == YES


@pytest.mark.parametrize("text", [
    "", "   ", "hello", "🙂🙂", "what is a spinal hematoma", "what is the clinic's number",
    "my bp is 120/80", "not sure about weakness", "don't know about the numbness",
    "मुझे जानकारी चाहिए", "the doctor of my choice"])
def test_nothing_is_read_into_other_words(text: str) -> None:
    assert find(text).values == {}


@pytest.mark.parametrize(("text", "person"), [
    ("my dad can't move his legs", "dad"),
    ("My Mum wet the bed", "Mum"),
    ("her husband can't walk", "husband"),
    ("he fell, my father I mean", "father"),
    ("she cannot stand up", "she"),
    ("papa ke pair sunn hain", "papa"),
    ("patient on heparin, weak legs", "patient"),
    ("she's my neighbour, her legs are limp", "neighbour"),
    ("my legs are numb", None),
])
def test_the_person_is_named_in_the_visitors_words(text: str, person: Optional[str]) -> None:
    assert find(text).person == person


@pytest.mark.parametrize(("text", "onset"), [
    ("numb since this morning", "since this morning"),
    ("weak for the last two days", "for the last two days"),
    ("can't walk since yesterday evening", "since yesterday evening"),
    ("it started 2 hours ago", "2 hours ago"),
    ("havent peed since last night", "since last night"),
    ("fell last Tuesday", "last Tuesday"),
    ("numb from 5 pm", "from 5 pm"),
    ("kal raat se pair sunn", "kal raat se"),
    ("do din se peshab nahi ho raha", "do din se"),
    ("my legs are numb", None),
])
def test_the_onset_is_told_in_the_visitors_words(text: str, onset: Optional[str]) -> None:
    assert find(text).onset == onset


@pytest.mark.parametrize(("text", "procedure"), [
    ("weak after the epidural", "epidural"),
    ("numb since my lumbar puncture", "lumbar puncture"),
    ("after Back Surgery my leg is weak", "Back Surgery"),
    ("my mother fell yesterday", "fell"),
    ("my legs are numb", None),
])
def test_the_procedure_is_named_in_the_visitors_words(text: str, procedure: Optional[str]) -> None:
    assert find(text).procedure == procedure


def test_capitals_and_curly_quotes_change_nothing() -> None:
    assert find("I CAN’T WALK").values == find("i can't walk").values == {"walking": YES}


def test_a_sign_at_the_end_of_a_full_length_message_is_found() -> None:
    story = "and then we had tea " * 48 + "and now my feet are numb"
    assert 900 < len(story) <= MAX_CHARACTERS
    assert find(story).values["numbness"] == YES
