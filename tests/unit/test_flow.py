"""The promise as a function: which step is owed in every state of the red-flag flow."""
from __future__ import annotations

from dataclasses import replace
from typing import Any, Optional

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spinebot.red_flags.flow import (
    ASK,
    DEACTIVATE,
    ENDING,
    EXIT,
    FORM,
    HELP,
    INTERRUPTIONS,
    LISTEN,
    REMINDER,
    REPORT,
    URGENT,
    Step,
    Turn,
    may_be_urgent,
    next_step,
)
from spinebot.texts import domain

MAX_STEPS = 8
ANSWER = "utter_ask_causes"


def steps(*names: str) -> tuple[Step, ...]:
    """Steps that spoke; a name with a question mark stayed silent."""
    return tuple(Step(name.rstrip("?"), spoke=not name.endswith("?")) for name in names)


def turn(intent: str, *names: str, **state: bool) -> Turn:
    whole: dict[str, Any] = {"reported": True, "form_active": False, "form_was_active": False,
                             "flow_ended": False, **state}
    return Turn(intent, steps=steps(*names), **whole)


def outside(intent: str, *names: str, **state: bool) -> Turn:
    return turn(intent, *names, **state)


def inside(intent: str, *names: str) -> Turn:
    return turn(intent, *names, form_active=True, form_was_active=True)


def closing(intent: str, *names: str) -> Turn:
    """The form was open when the message came and is closed now."""
    return turn(intent, *names, form_was_active=True)


@pytest.mark.parametrize(("state", "owed"), [
    # a report outside the form: urgent message, then the form
    (outside(REPORT), URGENT),
    (outside(REPORT, reported=False), URGENT),  # even if the slot could not be set
    (outside(REPORT, URGENT), FORM),
    (turn(REPORT, URGENT, FORM, form_active=True), LISTEN),
    # the form opened but its question is down
    (turn(REPORT, URGENT, FORM + "?", form_active=True), REMINDER),
    (turn(REPORT, URGENT, FORM + "?", REMINDER, form_active=True), LISTEN),
])
def test_a_report_begins_with_the_urgent_message(state: Turn, owed: str) -> None:
    assert next_step(state) == owed


@pytest.mark.parametrize(("names", "owed"), [
    ((), URGENT),
    ((URGENT,), FORM),
    ((URGENT, FORM), LISTEN),
    ((URGENT, FORM + "?"), REMINDER),
    ((URGENT, FORM + "?", REMINDER), LISTEN),
])
def test_a_report_inside_the_form_is_urgent_again_then_asks_on(names: tuple[str, ...],
                                                               owed: str) -> None:
    assert next_step(inside(REPORT, *names)) == owed


@pytest.mark.parametrize("intent", sorted(ENDING))
@pytest.mark.parametrize(("active", "names", "owed"), [
    (True, (), DEACTIVATE),
    (False, (DEACTIVATE,), EXIT),
    (False, (DEACTIVATE, EXIT), URGENT),
    (False, (DEACTIVATE, EXIT + "?"), URGENT),  # the summary is down, the advice is not
    (False, (DEACTIVATE, EXIT, URGENT), LISTEN),
])
def test_a_wish_to_stop_ends_the_form_but_not_the_promise(
        intent: str, active: bool, names: tuple[str, ...], owed: str) -> None:
    assert next_step(inside(intent) if active else closing(intent, *names)) == owed


# "what should I do" has one answer while a red flag stands, and it is no menu
ANSWERS = {**{intent: f"utter_{intent}" for intent in INTERRUPTIONS}, "ask_help": URGENT}


@pytest.mark.parametrize(("intent", "answer"), sorted(ANSWERS.items()))
def test_an_interruption_is_answered_then_the_form_asks_again(intent: str, answer: str) -> None:
    assert next_step(inside(intent)) == answer
    assert next_step(inside(intent, answer)) == FORM
    assert next_step(inside(intent, answer, FORM)) == LISTEN
    assert next_step(inside(intent, answer, FORM + "?")) == REMINDER
    assert next_step(inside(intent, answer, FORM + "?", REMINDER)) == LISTEN


@pytest.mark.parametrize("intent", sorted(INTERRUPTIONS))
def test_every_interruption_has_an_answer(intent: str) -> None:
    assert f"utter_{intent}" in domain()["responses"]


def test_a_stop_a_farewell_and_a_joke_taken_back_end_the_form() -> None:
    assert {"stop", "goodbye", "report_recovered"} == ENDING


def test_every_question_and_courtesy_interrupts_the_form() -> None:
    intents = set(domain()["intents"])
    questions = {intent for intent in intents if intent.startswith("ask_")}
    assert questions | {"bot_challenge", "greet", "thank", "delete_my_data"} == INTERRUPTIONS
    assert {*ENDING, *INTERRUPTIONS, REPORT} <= intents


@pytest.mark.parametrize("intent", ["affirm", "deny", "unsure", "deny_symptoms", "out_of_scope",
                                    "nlu_fallback", "general_remark", ""])
@pytest.mark.parametrize(("state", "names", "owed"), [
    (inside, (), None),  # the form's own rule takes the answer
    (inside, (FORM,), LISTEN),
    (inside, (FORM + "?",), REMINDER),
    (inside, (FORM + "?", REMINDER), LISTEN),
    (closing, (FORM,), EXIT),
    (closing, (FORM + "?",), EXIT),
    (closing, (FORM, EXIT), URGENT),
    (closing, (FORM, EXIT + "?"), URGENT),
    (closing, (FORM, EXIT, URGENT), LISTEN),
])
def test_an_answer_goes_on_with_the_form_to_its_end(
        intent: str, state: Any, names: tuple[str, ...], owed: Optional[str]) -> None:
    assert next_step(state(intent, *names)) == owed


@pytest.mark.parametrize(("names", "owed"), [
    ((URGENT, FORM + "?"), REMINDER),
    ((URGENT, FORM + "?", REMINDER), LISTEN),
    ((URGENT, FORM + "?", EXIT), LISTEN),
    # everything was said in the report: the form spoke, closed at once, and ends as always
    ((URGENT, FORM), EXIT),
    ((URGENT, FORM, EXIT), URGENT),
    ((URGENT, FORM, EXIT, URGENT), LISTEN),
])
def test_a_form_that_could_not_open_leaves_a_reminder(names: tuple[str, ...], owed: str) -> None:
    assert next_step(outside(REPORT, *names)) == owed


@pytest.mark.parametrize("flow_ended", [True, False])
@pytest.mark.parametrize(("names", "owed"), [
    ((), None),
    ((ANSWER,), REMINDER),
    ((ANSWER + "?",), REMINDER),
    ((ANSWER, REMINDER), LISTEN),
])
def test_after_the_flow_every_answer_is_followed_by_a_reminder(
        flow_ended: bool, names: tuple[str, ...], owed: Optional[str]) -> None:
    assert next_step(outside("ask_causes", *names, flow_ended=flow_ended)) == owed


def test_a_report_after_the_flow_is_urgent_again_without_a_second_form() -> None:
    assert next_step(outside(REPORT, flow_ended=True)) == URGENT
    assert next_step(outside(REPORT, URGENT, flow_ended=True)) == LISTEN


@pytest.mark.parametrize("names", [(), (ANSWER,)])
@pytest.mark.parametrize("intent", ["ask_causes", "greet", "stop", "affirm", "deny_symptoms",
                                    "out_of_scope", "nlu_fallback", ""])
def test_without_a_report_nothing_is_owed(intent: str, names: tuple[str, ...]) -> None:
    assert next_step(outside(intent, *names, reported=False)) is None


def doubt(intent: str, *names: str, **state: bool) -> Turn:
    return turn(intent, *names, **{"reported": False, **state})


@pytest.mark.parametrize(("state", "owed"), [
    # a doubtful message is asked about; a question is answered first
    (doubt("out_of_scope", doubtful=True), ASK),
    (doubt("report_recovered", doubtful=True), ASK),
    (doubt("nlu_fallback", ASK, doubtful=True), LISTEN),
    (doubt("ask_causes", doubtful=True), ANSWER),
    (doubt("ask_causes", ANSWER, doubtful=True), ASK),
    (doubt("ask_causes", ANSWER, ASK, doubtful=True), LISTEN),
    # what is said to the question: yes, not sure and a second doubtful message are reports
    (doubt("affirm", asked=True), URGENT),
    (doubt("unsure", asked=True), URGENT),
    (doubt("out_of_scope", asked=True, doubtful=True), URGENT),
    (doubt(REPORT, asked=True), URGENT),
    (turn("affirm", URGENT, asked=True), FORM),
    (turn("affirm", URGENT, asked=True, flow_ended=True), LISTEN),
    # a no never becomes "all is well", and the question is not put twice in a row
    (doubt("deny", asked=True), "utter_deny_symptoms"),
    (doubt("deny", "utter_deny_symptoms", asked=True), LISTEN),
    (doubt("deny_symptoms", asked=True, doubtful=True), None),
    (doubt("ask_causes", asked=True, doubtful=True), None),
    (doubt("out_of_scope", asked=True), None),
    # nobody asked: a yes is just a yes
    (doubt("affirm"), None),
    # a flag that was reported already is not asked about
    (turn("ask_causes", doubtful=True), None),
    (inside("affirm"), None),
])
def test_a_doubtful_message_is_asked_about(state: Turn, owed: Optional[str]) -> None:
    assert next_step(state) == owed


@pytest.mark.parametrize(("intent", "doubtful", "may"), [
    (REPORT, False, True),
    (REPORT, True, True),
    ("affirm", False, True),  # may answer ASK
    ("unsure", False, True),
    ("greet", True, True),
    ("deny_symptoms", True, True),
    ("nlu_fallback", True, True),
    ("", True, True),
    ("deny", False, True),  # may be the last answer of the flow
    ("stop", False, True),  # may end it
    ("ask_help", False, True),
    ("deny_symptoms", False, False),
    ("greet", False, False),
    ("ask_symptoms", False, False),
    ("nlu_fallback", False, False),
    ("", False, False),
])
def test_what_may_be_urgent_is_told_without_its_conversation(intent: str, doubtful: bool,
                                                               may: bool) -> None:
    assert may_be_urgent(intent, doubtful) is may


@pytest.mark.parametrize("intent", [REPORT, *sorted(domain()["intents"]), "nlu_fallback"])
@pytest.mark.parametrize("doubtful", [True, False])
@pytest.mark.parametrize("asked", [True, False])
def test_whatever_reports_may_be_urgent(intent: str, doubtful: bool,
                                                             asked: bool) -> None:
    if doubt(intent, doubtful=doubtful, asked=asked).reports:
        assert may_be_urgent(intent, doubtful)


@pytest.mark.parametrize("intent", sorted(ENDING | {HELP}))
def test_whatever_the_open_form_answers_with_the_urgent_message_may_be_urgent(intent: str) -> None:
    assert may_be_urgent(intent, doubtful=False)


def owed_steps(state: Turn, data: st.DataObject) -> list[str]:
    """Names of the steps that `next_step` demands in one turn, in order.

    What each step says, and whether the form is open after it, are drawn at random: the action
    server may be up or down, and a form may close, open or stay.
    """
    names: list[str] = []
    taken: tuple[Step, ...] = ()
    while len(names) <= MAX_STEPS:
        owed = next_step(replace(state, steps=taken))
        if owed is None or owed == LISTEN:
            return names
        names.append(owed)
        taken += (Step(owed, data.draw(st.booleans(), label=f"{owed} spoke")),)
        state = replace(state, reported=state.reported or owed == URGENT,
                        form_active=data.draw(st.booleans(), label="form active"))
    return names


@settings(deadline=None, max_examples=500)
@given(data=st.data(),
       intent=st.sampled_from([REPORT, *sorted(ENDING), *sorted(INTERRUPTIONS), "affirm",
                               "out_of_scope"]),
       reported=st.booleans(), active=st.booleans(), ended=st.booleans(),
       doubtful=st.booleans(), asked=st.booleans())
def test_every_turn_ends_and_every_report_opens_with_the_urgent_message(
        data: st.DataObject, intent: str, reported: bool, active: bool, ended: bool,
        doubtful: bool, asked: bool) -> None:
    state = Turn(intent, reported, active, active, ended, doubtful, asked)
    names = owed_steps(state, data)
    assert len(names) <= MAX_STEPS
    if state.reports:
        assert names[0] == URGENT
