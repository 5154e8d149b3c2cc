"""The red-flag gate: decides on every message, in every state, whether a red flag is reported."""
from __future__ import annotations

from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT
from rasa.shared.nlu.training_data.message import Message

from spinebot.nlu.intent_classifier import REPORT_PROBABILITY
from spinebot.red_flags.flow import REPORT


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class RedFlagGate(GraphComponent):
    """Has the last word on the intent.

    From its threshold on, the intent becomes `report_red_flag`, whatever stood there (the
    fallback too). It lies lower than an even chance, and below the fallback's own threshold: a
    missed flag costs more than a false alarm.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`threshold`: least probability of a report that raises the alarm."""
        return {"threshold": 0.25}

    def __init__(self, config: Dict[str, Any]) -> None:
        self._threshold = float(config["threshold"])

    @classmethod
    def create(cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> RedFlagGate:
        """The component; it learns nothing."""
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        """Settle the intent of each message."""
        for message in messages:
            probability = message.data[REPORT_PROBABILITY]
            if probability >= self._threshold:
                message.set(INTENT, {"name": REPORT, "confidence": probability},
                            add_to_output=True)
                message.set(ENTITIES, [], add_to_output=True)
        return messages
