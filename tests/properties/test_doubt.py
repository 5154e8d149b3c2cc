"""The zone of asking, in conversations with the trained assistant.

Which messages lie in it depends on the training, so they are looked for among the labelled ones.
"""
from __future__ import annotations

from typing import Iterator

import pytest

from evaluation.pipelines.lines import MESSAGES, messages
from spinebot.texts import say, slot_values
from tests.properties.assistant import DOWN, Assistant, Reply
from tests.properties.understanding import understand

QUESTION, URGENT, DENIED = (
    say(name) for name in ("utter_ask_if_present", "utter_urgent_advice", "utter_deny_symptoms"))


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    running = Assistant(tmp_path_factory.mktemp("doubt"))
    yield running
    running.close()


@pytest.fixture(scope="module")
def doubtful() -> list[str]:
    found = [line.text for line in messages(MESSAGES) if understand(line.text).asked]
    assert len(found) >= 5
    return found


def answered(assistant: Assistant, text: str, answer: str) -> tuple[str, Reply]:
    """A new conversation in which `text` was asked about, and the reply to `answer`."""
    sender = f"{answer}-{text}"[:200]
    assistant.say(sender, text)
    return sender, assistant.say(sender, answer)


def test_the_question_shows_the_urgent_line() -> None:
    numbers = slot_values()
    assert QUESTION.index(numbers["emergency"]) < QUESTION.index(numbers["clinic_phone"])


def test_a_doubtful_message_is_asked_about_and_not_yet_a_report(
        assistant: Assistant, doubtful: list[str]) -> None:
    for text in doubtful:
        reply = assistant.say(f"asked-{text}"[:200], text)
        assert reply.texts[-1] == QUESTION, text
        assert not reply.reported_ever, text


@pytest.mark.parametrize("answer", ["Yes", "haan", "not sure", "yes my mother has it"])
def test_a_yes_or_a_not_sure_is_a_report(assistant: Assistant, doubtful: list[str],
                                         answer: str) -> None:
    for text in doubtful:
        sender, reply = answered(assistant, text, answer)
        assert reply.texts[0] == URGENT, text
        assert reply.reported_ever and reply.form_after, text
        assert URGENT in assistant.say(sender, "stop").texts, text


def test_a_yes_is_a_report_with_the_action_server_down(assistant: Assistant,
                                                       doubtful: list[str]) -> None:
    assistant.say("down", doubtful[0])
    assistant.action_server(DOWN)
    reply = assistant.say("down", "Yes")
    assert reply.texts[0] == URGENT
    assert reply.reported_ever


@pytest.mark.parametrize("answer", ["No", "nahi"])
def test_a_no_neither_alarms_nor_reassures(assistant: Assistant, doubtful: list[str],
                                           answer: str) -> None:
    for text in doubtful:
        _, reply = answered(assistant, text, answer)
        assert reply.texts == [DENIED], text
        assert not reply.reported_ever, text


def test_a_new_question_is_answered_without_asking_again(assistant: Assistant,
                                                         doubtful: list[str]) -> None:
    assistant.say("question", doubtful[0])
    reply = assistant.say("question", "how is it treated?")
    assert QUESTION not in reply.texts
    assert reply.texts and not reply.reported_ever
