"""The one exit of the red-flag form: the summary for the doctor.

The urgent message itself follows as a response of the domain, sent by Rasa without this server.
"""
from __future__ import annotations

from typing import Any, Dict, List

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from spinebot.red_flags.findings import QUESTIONS
from spinebot.red_flags.flow import EXIT

NOT_ASKED = "not_asked"


class ActionUrgentAdvice(Action):
    """Shows what was said, question by question."""

    def name(self) -> str:
        """The name by which the policies call it."""
        return EXIT

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker,
            domain: Dict[str, Any]) -> List[EventType]:
        """Say `utter_summary`; questions never reached read as not asked."""
        unknown = tracker.get_slot(NOT_ASKED)
        dispatcher.utter_message(response="utter_summary", **{
            question: tracker.get_slot(question) or unknown for question in QUESTIONS})
        return []
