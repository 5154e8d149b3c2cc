"""The red-flag gate: decides on every message, in every state, whether a red flag is reported."""
from __future__ import annotations

from dataclasses import fields
from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from spinebot.nlu.intent_classifier import REPORT_PROBABILITY
from spinebot.red_flags.findings import find
from spinebot.red_flags.flow import REPORT
from spinebot.red_flags.gate import Thresholds, Zone, decide

DOUBT = "red_flag_doubt"  # of a parsed message: whether it lies in the zone of asking


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class RedFlagGate(GraphComponent):
    """Has the last word on the intent.

    In the zone of alarm the intent becomes `report_red_flag`, whatever stood there (the fallback
    too). In the zone of asking the intent stays, and DOUBT tells the policy to ask whether
    somebody has it now.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """The thresholds of `red_flags.gate`."""
        return {"alarm": 0.25, "ask": 0.1, "ask_with_sign": 0.02}

    def __init__(self, config: Dict[str, Any]) -> None:
        self._thresholds = Thresholds(
            **{field.name: float(config[field.name]) for field in fields(Thresholds)})

    @classmethod
    def create(cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> RedFlagGate:
        """The component; it learns nothing."""
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        """Settle the intent of each message."""
        for message in messages:
            probability = message.data[REPORT_PROBABILITY]
            zone = decide(probability, find(message.get(TEXT) or ""), self._thresholds)
            message.set(DOUBT, zone is Zone.ASK, add_to_output=True)
            if zone is Zone.ALARM:
                message.set(INTENT, {"name": REPORT, "confidence": probability},
                            add_to_output=True)
                message.set(ENTITIES, [], add_to_output=True)
        return messages
