"""What an answer to a question of the form means."""
from __future__ import annotations

from typing import Optional

import pytest

from spinebot.red_flags.answers import understand
from spinebot.red_flags.findings import NO, UNSURE, YES

UNKNOWN = "out_of_scope"  # an intent that says nothing about the question asked
REPORT = "report_red_flag"


@pytest.mark.parametrize(("text", "value"), [
    ("Yes", YES), ("yes", YES), ("YES!!", YES), ("y", YES), ("yep", YES), ("haan", YES),
    ("haan ji", YES), ("ji haan", YES), ("definitely", YES), ("correct", YES),
    ("both", YES), ("both of them", YES), ("either", YES), ("kind of", YES), ("kinda", YES),
    ("sort of", YES), ("a little", YES), ("sometimes", YES), ("yes but only the left", YES),
    ("yes and no", YES), ("oh yes", YES),
    ("No", NO), ("no", NO), ("nope.", NO), ("n", NO), ("nahi", NO), ("neither", NO),
    ("none of these", NO), ("not at all", NO), ("never", NO), ("Oh no", NO),
    ("Not sure", UNSURE), ("not sure", UNSURE), ("I'm not sure", UNSURE), ("maybe", UNSURE),
    ("I don't know", UNSURE), ("dont know", UNSURE), ("idk", UNSURE), ("pata nahi", UNSURE),
    ("no idea", UNSURE), ("no clue", UNSURE), ("can't say", UNSURE), ("maybe yes", UNSURE),
])
def test_plain_words_answer_the_question_asked(text: str, value: str) -> None:
    intent = {YES: "affirm", NO: "deny", UNSURE: "unsure"}[value]
    assert understand(text, intent, "weakness", "sudden_onset").values == {"weakness": value}


@pytest.mark.parametrize("text", ["Yes", "both", "kind of", "No", "Not sure"])
def test_plain_words_need_no_classifier(text: str) -> None:
    sure = understand(text, "nlu_fallback", "weakness").values
    assert sure == understand(text, "affirm", "weakness").values != {}


@pytest.mark.parametrize(("text", "intent", "value"), [
    ("absolutely", "affirm", YES), ("👍", "affirm", YES), ("i guess so", "affirm", YES),
    ("not really", "deny", NO), ("👎", "deny", NO), ("illa", "deny", NO),
    ("all is as usual", "deny_symptoms", NO),
    ("hmm it could be", "unsure", UNSURE), ("🤷", "unsure", UNSURE),
])
def test_an_intent_is_the_last_resort(text: str, intent: str, value: str) -> None:
    assert understand(text, UNKNOWN, "walking").values == {}
    assert understand(text, intent, "walking").values == {"walking": value}


@pytest.mark.parametrize("intent", ["deny", "deny_symptoms", "affirm", "unsure"])
def test_a_story_is_asked_again_rather_than_noted_as_an_answer(intent: str) -> None:
    assert understand("it was on Tuesday, I believe", intent, "walking").values == {}


@pytest.mark.parametrize(("text", "intent", "asked", "values"), [
    ("yes and also my feet tingle", REPORT, "weakness", {"weakness": YES, "numbness": YES}),
    ("no but my feet tingle", REPORT, "weakness", {"weakness": NO, "numbness": YES}),
    ("not sure, but I can't pee", REPORT, "weakness",
     {"weakness": UNSURE, "bladder_bowel": YES}),
    ("yes I'm weak and I can't walk", REPORT, "weakness", {"weakness": YES, "walking": YES}),
    ("Yes, can't pee either", REPORT, "walking", {"walking": YES, "bladder_bowel": YES}),
    ("Weak yes, numb no", "affirm", "weakness", {"weakness": YES, "numbness": NO}),
    ("numbness no, weakness yes", "affirm", "weakness", {"numbness": NO, "weakness": YES}),
    ("no blood thinners, but an epidural yesterday", "deny", "bleeding_risk",
     {"bleeding_risk": NO, "recent_procedure": YES}),
    ("peshab nahi ho raha, pair bhi sunn", REPORT, "bladder_bowel",
     {"bladder_bowel": YES, "numbness": YES}),
])
def test_one_message_may_answer_two_questions(text: str, intent: str, asked: str,
                                              values: dict[str, str]) -> None:
    assert understand(text, intent, asked).values == values


@pytest.mark.parametrize(("text", "intent", "asked", "values"), [
    ("no, I can't walk", REPORT, "walking", {"walking": YES}),
    ("no i cant walk", "deny", "walking", {"walking": YES}),
    ("No, I can walk", "deny_symptoms", "walking", {"walking": NO}),
    ("I can walk fine", "deny_symptoms", "walking", {"walking": NO}),
    ("no control", "deny", "bladder_bowel", {"bladder_bowel": YES}),
    ("not sure, but I can't walk", REPORT, "walking", {"walking": YES}),
    ("I'm not sure about weakness", "unsure", "weakness", {"weakness": UNSURE}),
    ("yes, warfarin", "affirm", "bleeding_risk", {"bleeding_risk": YES}),
    ("warfarin", UNKNOWN, "bleeding_risk", {"bleeding_risk": YES}),
    ("since this morning", UNKNOWN, "sudden_onset", {"sudden_onset": YES}),
])
def test_a_sign_in_the_answer_counts_before_its_yes_or_no(
        text: str, intent: str, asked: str, values: dict[str, str]) -> None:
    assert understand(text, intent, asked).values == values


@pytest.mark.parametrize(("text", "asked", "values"), [
    ("my legs are fine", "bladder_bowel", {"weakness": NO}),
    ("peeing is fine", "numbness", {"bladder_bowel": NO}),
])
def test_a_denial_of_another_sign_leaves_the_question_open(text: str, asked: str,
                                                           values: dict[str, str]) -> None:
    assert understand(text, "deny_symptoms", asked).values == values


@pytest.mark.parametrize(("text", "intent", "values"), [
    ("actually yes, the left leg", "affirm", {"weakness": YES}),
    ("Actually yes", "affirm", {"weakness": YES}),
    ("actually no", "deny", {"weakness": NO}),
    ("actually, not sure", "unsure", {"weakness": UNSURE}),
    ("wait, yes", "affirm", {"weakness": YES}),
    ("no wait, yes", "affirm", {"weakness": YES}),
    ("oh wait, I meant yes", "affirm", {"weakness": YES}),
    ("oh sorry, I meant no", "deny", {"weakness": NO}),
    ("correction: no", "deny", {"weakness": NO}),
    ("I mean yes", "affirm", {"weakness": YES}),
    ("actually yes, the left leg is weak", REPORT, {"weakness": YES}),
    ("actually yes, and my feet tingle", REPORT, {"weakness": YES, "numbness": YES}),
])
def test_a_correction_changes_the_previous_answer_only(text: str, intent: str,
                                                       values: dict[str, str]) -> None:
    assert understand(text, intent, "walking", previous="weakness").values == values


@pytest.mark.parametrize(("text", "values"), [
    ("actually yes", {"walking": YES}),  # nothing stands before it that it could correct
    ("actually I can't walk", {"walking": YES}),
    ("actually my feet are numb", {"numbness": YES}),
])
def test_actually_without_a_previous_answer_is_an_answer(text: str, values: dict[str, str]
                                                         ) -> None:
    assert understand(text, REPORT, "walking").values == values


@pytest.mark.parametrize("previous", [None, "sudden_onset"])
@pytest.mark.parametrize("text", [
    "purple", "", "   ", "🙂", "ha ha very funny", "haha", "wait", "sorry?", "yesterday",
    "my mother", "not", "why do you ask", "नमस्ते"])
def test_other_words_answer_nothing(text: str, previous: Optional[str]) -> None:
    answer = understand(text, UNKNOWN, "weakness", previous)
    assert not answer.usable
    assert answer.values == {}


@pytest.mark.parametrize(("text", "values"), [
    ("my legs are numb and weak", {"numbness": YES, "weakness": YES}),
    ("no, I can't walk", {"walking": YES}),
    ("yes", {}), ("no", {}), ("not sure", {}),
])
def test_a_report_before_any_question_fills_what_it_names(text: str, values: dict[str, str]
                                                          ) -> None:
    assert understand(text, REPORT, asked=None).values == values
