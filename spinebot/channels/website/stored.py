"""What a stored conversation tells: its history, its answers, and what was offered last."""
from __future__ import annotations

from typing import Any, Optional, Sequence

from rasa.core.agent import Agent
from rasa.shared.core.events import BotUttered, Event, UserUttered

from spinebot.channels.replies import milliseconds, reply
from spinebot.channels.said import turns

MAX_HISTORY = 50
TITLE = "title"  # of a quick reply, in the metadata of the message that it became


async def events_of(agent: Agent, conversation: str) -> list[Event]:
    """The events of the conversation's last session; none where it is unknown.

    Raises:
        Exception: the tracker store is down. (Rasa's wrapper around the store would turn that
            into an unknown conversation, so the store itself is asked.)
    """
    wrapper = agent.tracker_store
    tracker = await getattr(wrapper, "_tracker_store", wrapper).retrieve(conversation)
    return list(tracker.events) if tracker else []


def history(events: Sequence[Event]) -> list[dict[str, Any]]:
    """The newest messages of both sides, oldest first, as the widget shows them."""
    shown: list[dict[str, Any]] = []
    for event in events:
        if isinstance(event, UserUttered) and event.text:
            shown.append({"from": "visitor", "id": event.message_id,
                          "text": event.metadata.get(TITLE) or event.text,
                          "time": milliseconds(event.timestamp)})
        elif isinstance(event, BotUttered) and event.text:
            shown.append({"from": "bot", **reply(event.message())})
    return shown[-MAX_HISTORY:]


def answers(events: Sequence[Event]) -> dict[str, list[dict[str, Any]]]:
    """Message id -> what was answered, for each message that got an answer."""
    found = {message.message_id: [event.message() for event in after if event.text]
             for message, after in turns(events)}
    return {message: said for message, said in found.items() if said}


def offered(events: Sequence[Event], payload: str) -> Optional[str]:
    """Title of the quick reply, if the bot offered it after the visitor's last message."""
    titles = {}
    for _, after in turns(events):
        titles = {button["payload"]: button["title"] for event in after
                  for button in event.data.get("buttons") or []}
    return titles.get(payload)
