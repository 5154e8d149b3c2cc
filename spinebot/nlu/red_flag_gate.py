"""The red-flag gate: decides on every message, in every state, whether a red flag is reported."""
from __future__ import annotations

import re
from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from spinebot.nlu.encoder import shared_encoder
from spinebot.nlu.features import featurise
from spinebot.nlu.linear_model import LinearModel
from spinebot.red_flags.flow import REPORT

GATE_FILE = "gate.npz"
OTHER = "other"
WINDOW_WORDS, WINDOW_STEP = 40, 20  # a long story is also read in overlapping pieces
PROBABILITY = "red_flag_probability"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class RedFlagGate(IntentClassifier, GraphComponent):
    """A classifier of its own for one question, which has the last word on the intent.

    Where it says yes the intent becomes `report_red_flag`, whatever stood there (the fallback
    too); where it says no and the intent classifier said `report_red_flag`, the next best
    intent takes its place.
    """

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`threshold`: least probability of a report that raises the alarm."""
        return {"threshold": 0.3}

    def __init__(self, config: Dict[Text, Any], model_storage: ModelStorage,
                 resource: Resource) -> None:
        self._threshold = float(config["threshold"])
        self._storage = model_storage
        self._resource = resource
        self._model: LinearModel | None = None

    @classmethod
    def create(cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> "RedFlagGate":
        """A new, untrained component."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn reports against everything else."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        rows = featurise(shared_encoder(), [example.get(TEXT) for example in examples])
        self._model = LinearModel.fit(rows, [REPORT if example.get(INTENT) == REPORT else OTHER
                                             for example in examples])
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder / GATE_FILE)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Set the probability on each message, and the intent where the gate overrules it."""
        for message in messages:
            probability = self._probability(message.get(TEXT) or "")
            message.set(PROBABILITY, probability, add_to_output=True)
            if probability >= self._threshold:
                message.set(INTENT, {"name": REPORT, "confidence": probability},
                            add_to_output=True)
                message.set(ENTITIES, [], add_to_output=True)
            elif (message.get(INTENT) or {}).get("name") == REPORT:
                others = [entry for entry in message.get(INTENT_RANKING_KEY)
                          if entry["name"] != REPORT]
                message.set(INTENT, others[0], add_to_output=True)
        return messages

    def _probability(self, text: Text) -> float:
        if self._model is None or not text.strip():
            return 0.0
        shares = self._model.probabilities(featurise(shared_encoder(), pieces(text)))
        return float(shares[:, self._model.labels.index(REPORT)].max())

    @classmethod
    def load(cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource,
             execution_context: ExecutionContext, **kwargs: Any) -> "RedFlagGate":
        """The trained component."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._model = LinearModel.load(folder / GATE_FILE)
        return component


def pieces(text: Text) -> List[Text]:
    """The text itself, and of a long one overlapping windows: a flag in the middle stands out."""
    words = re.split(r"\s+", text.strip())
    if len(words) <= WINDOW_WORDS:
        return [text]
    starts = range(0, len(words) - WINDOW_STEP, WINDOW_STEP)
    return [text, *(" ".join(words[start:start + WINDOW_WORDS]) for start in starts)]
