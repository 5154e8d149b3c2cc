"""The custom actions: what a message fills in, and what the summary shows."""
from __future__ import annotations

import asyncio
from typing import Any, Optional

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.action_urgent_advice import ActionUrgentAdvice
from actions.validate_red_flag_form import UNUSABLE_LIMIT, ValidateRedFlagForm
from spinebot.red_flags.findings import QUESTIONS
from spinebot.red_flags.flow import EXIT, FORM, INTERRUPTIONS
from spinebot.texts import domain

SLOTS = {name: slot.get("initial_value") for name, slot in domain()["slots"].items()}
UNCLEAR = "out_of_scope"


class Visitor:
    """A conversation as the action server sees it: slots and events of earlier turns stay."""

    def __init__(self) -> None:
        self.slots: dict[str, Any] = dict(SLOTS)
        self._events: list[dict[str, Any]] = []

    def says(self, text: Optional[str], intent: str, asked: Optional[str] = None) -> set[str]:
        """Run the form's validation; returns the names of the responses it sent."""
        self.slots["requested_slot"] = asked
        return self._run(ValidateRedFlagForm(), {"text": text, "intent": {"name": intent}})

    def summary(self) -> dict[str, Any]:
        dispatcher = CollectingDispatcher()
        events = ActionUrgentAdvice().run(dispatcher, self._tracker({}), {})
        assert events == []
        assert [message["response"] for message in dispatcher.messages] == ["utter_summary"]
        return dict(dispatcher.messages[0])

    def filled(self, *but: str) -> dict[str, Any]:
        """Slots that no longer hold their first value."""
        return {name: value for name, value in self.slots.items()
                if value != SLOTS.get(name) and name not in ("requested_slot", *but)}

    def _tracker(self, message: dict[str, Any]) -> Tracker:
        return Tracker("visitor", self.slots, message, self._events, False, None, {"name": FORM},
                       None)

    def _run(self, action: Action, message: dict[str, Any]) -> set[str]:
        dispatcher = CollectingDispatcher()
        events = action.run(dispatcher, self._tracker(message), {})
        if asyncio.iscoroutine(events):
            events = asyncio.run(events)
        for event in events:
            self.slots[event["name"]] = event["value"]
        self._events += events
        for sent in dispatcher.messages:
            assert sent["response"] in domain()["responses"]
            assert not sent["text"]  # text stands in domain.yml, not in code
        return {sent["response"] for sent in dispatcher.messages}


def test_the_actions_carry_the_names_that_the_domain_lists() -> None:
    assert {ValidateRedFlagForm().name(), ActionUrgentAdvice().name()} == set(domain()["actions"])
    assert ActionUrgentAdvice().name() == EXIT


def test_a_full_report_fills_what_it_says() -> None:
    visitor = Visitor()
    assert visitor.says("my dad can't move his legs since the epidural this morning",
                        "report_red_flag") == {"utter_flow_intro"}
    assert visitor.filled() == {
        "weakness": "yes", "walking": "yes", "recent_procedure": "yes", "sudden_onset": "yes",
        "person": "dad", "onset": "this morning", "procedure": "epidural"}


@pytest.mark.parametrize(("text", "filled"), [
    ("I feel terrible", {}),
    ("no pain but my feet are numb", {"numbness": "yes"}),
    ("mum wet the bed last night",
     {"bladder_bowel": "yes", "person": "mum", "onset": "last night"}),
])
def test_a_short_report_fills_no_more_than_it_says(text: str, filled: dict[str, str]) -> None:
    visitor = Visitor()
    assert visitor.says(text, "report_red_flag") == {"utter_flow_intro"}
    assert visitor.filled("sudden_onset") == filled


@pytest.mark.parametrize(("text", "intent"), [
    ("Yes", "affirm"), ("my feet are numb", "report_red_flag"), ("purple", UNCLEAR),
    ("what causes it", "ask_causes")])
def test_the_introduction_comes_only_when_the_form_opens(text: str, intent: str) -> None:
    assert "utter_flow_intro" not in Visitor().says(text, intent, asked="weakness")


@pytest.mark.parametrize("intent", sorted(INTERRUPTIONS))
def test_an_interruption_fills_nothing(intent: str) -> None:
    visitor = Visitor()
    visitor.slots["unusable_answers"] = 1
    assert visitor.says("yes can weakness come from an epidural", intent, asked="walking") == set()
    assert visitor.slots["unusable_answers"] == 0  # three unusable answers "in a row" begin anew
    assert visitor.slots["requested_slot"] == "walking"


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(("text", "intent", "value"), [
    ("Yes", "affirm", "yes"), ("No", "deny", "no"), ("Not sure", "unsure", "not sure")])
def test_a_button_answers_each_question(question: str, text: str, intent: str, value: str) -> None:
    visitor = Visitor()
    assert visitor.says(text, intent, asked=question) == set()
    assert visitor.filled("last_answered") == {question: value}


def test_one_message_may_answer_two_questions() -> None:
    visitor = Visitor()
    visitor.says("no but my feet tingle", "report_red_flag", asked="weakness")
    assert visitor.filled("last_answered") == {"weakness": "no", "numbness": "yes"}


def test_three_unusable_answers_in_a_row_end_the_form() -> None:
    visitor = Visitor()
    for _ in range(UNUSABLE_LIMIT - 1):
        assert visitor.says("purple", UNCLEAR, asked="walking") == {"utter_ask_again"}
        assert visitor.slots["requested_slot"] == "walking"
    assert visitor.says("purple", UNCLEAR, asked="walking") == set()
    assert visitor.slots["requested_slot"] is None
    assert visitor.slots["unusable_answers"] == 0
    assert visitor.slots["walking"] is None
    assert UNUSABLE_LIMIT == 3


@pytest.mark.parametrize(("text", "intent"), [
    ("Yes", "affirm"), ("Not sure", "unsure"), ("my feet are numb", "report_red_flag"),
    ("she just lies there", "report_red_flag")])
def test_a_usable_answer_or_a_report_starts_the_count_anew(text: str, intent: str) -> None:
    visitor = Visitor()
    for _ in range(2):
        visitor.says("purple", UNCLEAR, asked="weakness")
        visitor.says("purple", UNCLEAR, asked="weakness")
        assert visitor.slots["unusable_answers"] == 2
        visitor.says(text, intent, asked="weakness")
        assert visitor.slots["unusable_answers"] == 0
        assert visitor.slots["requested_slot"] == "weakness"


def test_a_report_that_names_no_question_leaves_it_open() -> None:
    visitor = Visitor()
    assert visitor.says("she just lies there", "report_red_flag", asked="weakness") == set()
    assert visitor.slots["weakness"] is None
    assert visitor.slots["requested_slot"] == "weakness"


def test_a_correction_changes_the_answer_before() -> None:
    visitor = Visitor()
    visitor.says("No", "deny", asked="weakness")
    visitor.says("actually yes, the left leg", "affirm", asked="walking")
    assert visitor.slots["weakness"] == "yes"
    assert visitor.slots["walking"] is None  # still to be asked


@pytest.mark.parametrize(("first", "then", "slot", "value"), [
    ("numb since this morning", "I fell yesterday", "onset", "since this morning"),
    ("weak after the epidural", "I had back surgery too", "procedure", "epidural"),
    ("my mother can't walk", "she takes warfarin", "person", "mother"),
    ("she can't walk", "my mother takes warfarin", "person", "mother"),
])
def test_the_first_word_stands_unless_a_name_follows_a_pronoun(first: str, then: str, slot: str,
                                                              value: str) -> None:
    visitor = Visitor()
    visitor.says(first, "report_red_flag")
    visitor.says(then, "report_red_flag", asked="bleeding_risk")
    assert visitor.slots[slot] == value


@pytest.mark.parametrize("text", [None, "", "   ", "🙂", "x" * 1000, "\u202eabc", "{emergency}"])
def test_strange_messages_are_asked_again(text: Optional[str]) -> None:
    visitor = Visitor()
    assert visitor.says(text, UNCLEAR, asked="numbness") == {"utter_ask_again"}
    assert visitor.slots["numbness"] is None


def test_the_summary_tells_answers_and_what_was_not_asked() -> None:
    visitor = Visitor()
    visitor.says("my feet are numb", "report_red_flag")
    visitor.says("No", "deny", asked="weakness")
    visitor.says("Not sure", "unsure", asked="walking")
    told = visitor.summary()
    assert {question: told[question] for question in QUESTIONS} == {
        **dict.fromkeys(QUESTIONS, "not asked"),
        "numbness": "yes", "weakness": "no", "walking": "not sure"}


def test_the_summary_of_a_flow_stopped_at_once_shows_every_question_as_not_asked() -> None:
    told = Visitor().summary()
    assert {told[question] for question in QUESTIONS} == {"not asked"}
    assert not told["text"]


def test_the_summary_fills_every_place_of_its_text() -> None:
    text = domain()["responses"]["utter_summary"][0]["text"]
    filled = text.format(**{**SLOTS, **Visitor().summary()})
    assert filled.count("not asked") == len(QUESTIONS)
    assert "{" not in filled
    assert "None" not in filled
