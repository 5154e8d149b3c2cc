"""Fills the red-flag form: what the report already said, then each answer."""
from __future__ import annotations

from typing import Any, Dict, List

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from spinebot.red_flags.answers import understand
from spinebot.red_flags.findings import NO, PRONOUNS, QUESTIONS, YES, find
from spinebot.red_flags.flow import FORM, INTERRUPTIONS, REPORT

REQUESTED, PREVIOUS, UNUSABLE = "requested_slot", "last_answered", "unusable_answers"
UNUSABLE_LIMIT = 3  # three in a row end the flow with the urgent message (design, promise 2)
DETAILS = ("person", "onset", "procedure")


class ValidateRedFlagForm(Action):
    """One message in, the slots it fills out; an interruption fills none."""

    def name(self) -> str:
        """The name by which Rasa's form calls it."""
        return f"validate_{FORM}"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker,
            domain: Dict[str, Any]) -> List[EventType]:
        """Slots for everything the latest message says."""
        asked = tracker.get_slot(REQUESTED)
        text = tracker.latest_message.get("text") or ""
        intent = (tracker.latest_message.get("intent") or {}).get("name") or ""
        if asked and intent in INTERRUPTIONS:
            return [SlotSet(UNUSABLE, 0)]
        previous = tracker.get_slot(PREVIOUS)
        answer = understand(text, intent, asked, previous)
        events: List[EventType] = [
            SlotSet(name, value) for name, value in answer.values.items() if name in QUESTIONS
            # an aside ("my legs feel fine") does not take back a sign that was reported
            and not (value == NO and tracker.get_slot(name) == YES
                     and name not in (asked, previous))]
        events += _details(tracker, text)
        if asked is None:
            dispatcher.utter_message(response="utter_flow_intro")
            return events
        if answer.usable:
            return [*events, SlotSet(PREVIOUS, asked), SlotSet(UNUSABLE, 0)]
        if intent == REPORT:  # the urgent message was just given again; the question stays open
            return [*events, SlotSet(UNUSABLE, 0)]
        return [*events, *_not_understood(dispatcher, tracker)]


def _details(tracker: Tracker, text: str) -> List[EventType]:
    """Who, since when and after what, in the visitor's own words, for the summary.

    The first word on each stands, so that a later "yesterday" about something else does not
    overwrite the onset; only a person named after "he" or "she" replaces it.
    """
    found = find(text)
    events: List[EventType] = []
    for name in DETAILS:
        value = getattr(found, name)
        stands = _said_before(tracker, name) and tracker.get_slot(name).lower() not in PRONOUNS
        if value and not stands:
            events.append(SlotSet(name, value))
    return events


def _said_before(tracker: Tracker, name: str) -> bool:
    return any(event.get("event") == "slot" and event.get("name") == name
               for event in tracker.events)


def _not_understood(dispatcher: CollectingDispatcher, tracker: Tracker) -> List[EventType]:
    count = int(tracker.get_slot(UNUSABLE) or 0) + 1
    if count >= UNUSABLE_LIMIT:
        return [SlotSet(UNUSABLE, 0), SlotSet(REQUESTED, None)]
    dispatcher.utter_message(response="utter_ask_again")
    return [SlotSet(UNUSABLE, count)]
