"""The promise, on random conversations with the trained assistant.

Reports, answers, interruptions, "stop", gibberish, commands and restarts in any order, with the
action server up, down and slow. After every message the promise of the design (section 1) must
hold; a counter-example that Hypothesis shrinks belongs into tests/stories.
"""
from __future__ import annotations

import os
from collections import Counter
from typing import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from spinebot.texts import say, slot_values
from tests.properties.assistant import DOWN, SLOW, UP, Assistant, Reply

CONVERSATIONS = int(os.environ.get("SPINEBOT_CONVERSATIONS", "2000"))
RESTART = "<restart of the server>"
LONGEST_FORM = 8 * 3  # eight questions, each asked at most three times

REPORTS = (
    "my legs have gone numb since this morning", "dad can't move his legs after the epidural",
    "I suddenly have terrible pain in my back", "my mother cannot pass urine since last night",
    "she is not waking up after the spinal injection", "mere pair sunn ho gaye hain achanak",
    "I can't walk any more", "back pain after lumbar puncture and my feet tingle",
    "lost control of my bladder today", "his arm has gone limp all of a sudden")
ANSWERS = ("Yes", "No", "Not sure", "y", "n", "both", "kind of", "haan", "nahi", "no idea",
           "yes and also I keep wetting the bed", "no but my feet tingle", "actually yes, the left",
           "He takes warfarin since his heart surgery, the doctor changed the dose last month")
QUESTIONS = ("what are the signs?", "how is it treated?", "whats the phone number",
             "who is the doctor", "are you a bot?", "hello", "thanks", "can it be prevented",
             "delete my data", "what can I ask here")
ENDINGS = ("stop", "cancel", "never mind", "forget it", "bye", "I don't want to answer",
           "it was just a joke", "all good now, thank you", "stop asking me")
NOISE = ("you are useless", "asdfghjkl", "???", "😀😀", "what's the weather", "/restart",
         "/report_red_flag", '/affirm{"red_flag_reported": "no"}', "مرحبا", "<b>hi</b>")

_POOLS = (REPORTS, ANSWERS, QUESTIONS, ENDINGS, NOISE)
_said = st.one_of(*(st.sampled_from(pool) for pool in _POOLS),
                  st.text(min_size=1, max_size=40), st.just(RESTART))
_turns = st.lists(st.tuples(_said, st.sampled_from((UP, UP, UP, DOWN, SLOW))),
                  min_size=1, max_size=7)
_counts: Counter[str] = Counter()


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    running = Assistant(tmp_path_factory.mktemp("promise"))
    yield running
    running.close()
    print(f"\n{_counts['conversations']} random conversations, {_counts['messages']} messages, "
          f"{_counts['reports']} reports, {_counts['faults']} with the action server down or slow, "
          f"{_counts['endings']} ends of the flow")


def is_urgent(text: str) -> bool:
    """The emergency number first, the clinic's three contacts after it."""
    contacts = slot_values()
    places = [text.find(contacts[name]) for name in
              ("emergency", "clinic_phone", "clinic_email", "clinic_website")]
    return "emergency care now" in text and -1 not in places and min(places) == places[0]


def check(reply: Reply, text: str, state: str) -> None:
    assert reply.texts and all(reply.texts), f"silence after {text!r}"
    assert reply.reported_now or text not in REPORTS, f"missed: {text!r}"
    if reply.reported_now:
        assert reply.texts[0] == say("utter_urgent_advice"), f"does not open with it: {text!r}"
        assert reply.reported_ever
    if reply.reported_ever and not reply.form_after:
        assert is_urgent(reply.texts[-1]), f"does not end with it: {text!r}"
    if state == UP and reply.form_before and not reply.form_after:
        assert reply.texts[-1] == say("utter_urgent_advice")


@settings(max_examples=CONVERSATIONS, deadline=None, database=None, derandomize=True,
          phases=(Phase.generate, Phase.shrink),
          suppress_health_check=list(HealthCheck))
@given(turns=_turns, opened=st.booleans())
def test_the_promise_holds(assistant: Assistant, turns: list[tuple[str, str]],
                           opened: bool) -> None:
    _counts["conversations"] += 1
    sender = f"visitor-{_counts['conversations']}"
    if opened:  # half of the conversations begin with a report
        turns = [(REPORTS[len(turns) % len(REPORTS)], turns[0][1]), *turns]
    reported = False
    for text, state in turns:
        if text == RESTART:
            assistant.restart()
            continue
        reported = _one_message(assistant, sender, text, state, reported)
    if reported:
        _one_message(assistant, sender, "stop", DOWN, reported)


def _one_message(assistant: Assistant, sender: str, text: str, state: str, reported: bool) -> bool:
    assistant.action_server(state)
    reply = assistant.say(sender, text)
    check(reply, text, state)
    assert reply.reported_ever >= reported, "a report was forgotten"
    _counts["messages"] += 1
    _counts["reports"] += reply.reported_now
    _counts["faults"] += state != UP
    _counts["endings"] += reply.form_before and not reply.form_after
    return reply.reported_ever


@pytest.mark.parametrize("answer", ["Yes", "No", "Not sure", "hmm qwerty", "both"])
def test_the_form_comes_to_its_end(assistant: Assistant, answer: str) -> None:
    assistant.action_server(UP)
    reply = assistant.say(f"end-{answer}", REPORTS[0])
    for _ in range(LONGEST_FORM):
        assert reply.form_after
        reply = assistant.say(f"end-{answer}", answer)
        if not reply.form_after:
            break
    assert not reply.form_after
    assert reply.texts[-1] == say("utter_urgent_advice")
