"""Replies and history as the widget gets them, from what Rasa sends and stores."""
from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, Optional

import pytest
from rasa.core.actions.action import create_bot_utterance
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SessionStarted, UserUttered

from spinebot.channels.replies import reply
from spinebot.channels.said import WholeReplies
from spinebot.channels.website.stored import (
    MAX_HISTORY,
    TITLE,
    answers,
    events_of,
    history,
    offered,
)

YES_NO = [{"title": "Yes", "payload": "yes please"}, {"title": "No", "payload": "no"}]


def said(text: str, number: int, **metadata: Any) -> UserUttered:
    return UserUttered(text, message_id=f"m{number}", timestamp=float(number),
                       metadata=metadata or None)


def bot(text: str, response: str = "utter_greet", buttons: Optional[list[Any]] = None,
        time: float = 1.5) -> BotUttered:
    """As Rasa makes it from a response."""
    uttered = create_bot_utterance({"text": text, "buttons": buttons, "utter_action": response})
    uttered.timestamp = time
    return uttered


def talk() -> list[Event]:
    return [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("listen"),
            said("hi", 1), ActionExecuted("utter_greet"), bot("Hello.\n\nHow are you?"),
            bot("Is it sudden?", buttons=YES_NO), ActionExecuted("action_listen"),
            said("yes please", 2, **{TITLE: "Yes"}), bot("Call.", "utter_urgent_advice"),
            bot("Summary.", "utter_summary"), bot("Remember.", "utter_urgent_reminder")]


def test_a_history_shows_both_sides_in_order() -> None:
    assert history(talk()) == [
        {"from": "visitor", "id": "m1", "text": "hi", "time": 1000},
        {"from": "bot", "text": "Hello.\n\nHow are you?", "kind": "text", "time": 1500},
        {"from": "bot", "text": "Is it sudden?", "kind": "text", "time": 1500, "buttons": YES_NO},
        {"from": "visitor", "id": "m2", "text": "Yes", "time": 2000},  # by its title
        {"from": "bot", "text": "Call.", "kind": "urgent", "time": 1500},
        {"from": "bot", "text": "Summary.", "kind": "summary", "time": 1500},
        {"from": "bot", "text": "Remember.", "kind": "urgent", "time": 1500}]


def test_words_that_were_typed_are_shown_as_they_were_typed() -> None:
    assert history([bot("?", buttons=YES_NO), said("yes please", 2)])[-1]["text"] == "yes please"


def test_a_history_ends_with_the_newest_messages() -> None:
    shown = history([said(str(number), number) for number in range(MAX_HISTORY + 3)])
    assert [message["id"] for message in shown] == [
        f"m{number}" for number in range(3, MAX_HISTORY + 3)]


def test_an_empty_conversation_has_an_empty_history() -> None:
    assert history([]) == []
    assert history([ActionExecuted("action_listen"), BotUttered(None)]) == []


def test_live_replies_and_the_history_say_the_same() -> None:
    events = [bot("Hello.\n\nHow are you?"), bot("Call.", "utter_urgent_advice"),
              bot("Is it sudden?", buttons=YES_NO)]

    async def collected() -> list[dict[str, Any]]:
        output = WholeReplies()
        for event in events:
            await output.send_response("visitor", event.message())
        return [reply(message) for message in output.messages]

    assert [{"from": "bot", **shown} for shown in asyncio.run(collected())] == history(events)


def test_a_reply_without_a_name_is_text_of_now() -> None:
    shown = reply({"text": "Sorry."})
    assert (shown["text"], shown["kind"]) == ("Sorry.", "text")
    assert isinstance(shown["time"], int)


def test_every_message_that_got_an_answer_has_it() -> None:
    events = [*talk(), said("and?", 3), said("hello?", 4), bot("Yes.")]
    found = {message: [said["text"] for said in answer]
             for message, answer in answers(events).items()}
    assert found == {"m1": ["Hello.\n\nHow are you?", "Is it sudden?"],
                     "m2": ["Call.", "Summary.", "Remember."], "m4": ["Yes."]}


@pytest.mark.parametrize(("events", "payload", "title"), [
    (talk()[:8], "yes please", "Yes"),
    (talk()[:8], "no", "No"),
    (talk()[:8], "Yes", None),  # a title is no payload
    (talk()[:8], "/restart", None),
    (talk(), "yes please", None),  # it was answered already
    ([said("hi", 1), bot("?", buttons=YES_NO), bot("!")], "no", "No"),
    ([bot("?", buttons=YES_NO)], "no", None),  # nobody has said anything yet
    ([], "no", None),
])
def test_only_what_was_offered_last_is_a_quick_reply(events: list[Event], payload: str,
                                                     title: Optional[str]) -> None:
    assert offered(events, payload) == title


class Broken(InMemoryTrackerStore):
    """A tracker store that is down."""

    async def retrieve(self, sender_id: str) -> None:
        raise ConnectionError(sender_id)


def agent(store: Any) -> Any:
    return SimpleNamespace(tracker_store=FailSafeTrackerStore(store(Domain.empty())))


def test_an_unknown_conversation_has_no_events_and_is_not_made() -> None:
    empty = agent(InMemoryTrackerStore)
    assert asyncio.run(events_of(empty, "unknown")) == []
    assert list(asyncio.run(empty.tracker_store.keys())) == []


def test_a_store_that_is_down_is_no_unknown_conversation() -> None:
    with pytest.raises(ConnectionError):
        asyncio.run(events_of(agent(Broken), "visitor"))
