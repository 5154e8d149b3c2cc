"""The intent of a message, and inside a section the finer aspect it asks about."""
from __future__ import annotations

import sys
from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix
from tqdm import tqdm

from spinebot.nlu.encoder import shared_encoder
from spinebot.nlu.features import featurise, normalise
from spinebot.nlu.linear_model import LinearModel
from spinebot.nlu.rereading import Reading, highest_report
from spinebot.nlu.spelling import Spelling
from spinebot.red_flags.flow import REPORT

ASPECT = "aspect"
TYPED = "typed"  # in the metadata of phrases that are typed badly
GENERAL = "general"
INTENT_FILE, SPELLING_FILE = "intents.npz", "spelling.json"
IDLE = frozenset({"greet", "goodbye", "thank", "out_of_scope"})  # they tell nothing of the spine
REPORT_PROBABILITY = "red_flag_probability"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SentenceIntentClassifier(IntentClassifier, GraphComponent):
    """A linear classifier on sentence vectors, n-grams and rule findings.

    A second, small model per section tells its aspects apart (metadata `aspect` of the training
    phrases); the aspect leaves as an entity over the whole text, so that a slot and conditional
    responses can use it and the section's name stays the intent.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Settings of the component.

        `aspect_threshold`: least probability for a finer answer than the section's general one.
        `ranking_length`: how many intents the parse shows.
        """
        return {"aspect_threshold": 0.4, "ranking_length": 10}

    def __init__(self, config: Dict[str, Any], model_storage: ModelStorage,
                 resource: Resource) -> None:
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._intents: LinearModel | None = None
        self._spelling: Spelling | None = None
        self._aspects: Dict[str, LinearModel] = {}

    @classmethod
    def create(cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> SentenceIntentClassifier:
        """A new, untrained component."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn intents and aspects from the examples that carry both text and intent."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        texts = [example.get(TEXT) for example in examples]
        with tqdm(total=len(texts), desc="encoding phrases", file=sys.stderr) as bar:
            rows = featurise(shared_encoder(), texts, bar.update)
        labels = [example.get(INTENT) for example in examples]
        self._intents = LinearModel.fit(rows, labels)
        self._spelling = _learn_spelling(examples)
        self._train_aspects(rows, labels, [_label(example, ASPECT) for example in examples])
        self._persist()
        return self._resource

    def _train_aspects(self, rows: csr_matrix, labels: List[str], aspects: List[str]) -> None:
        for section in sorted({label for label, aspect in zip(labels, aspects) if aspect}):
            chosen = [place for place, label in enumerate(labels)
                      if label == section and aspects[place]]
            self._aspects[section] = LinearModel.fit(
                rows[chosen], [aspects[place] for place in chosen])

    def process(self, messages: List[Message]) -> List[Message]:
        """Set intent, ranking, aspect and the probability of a report on each message."""
        for message in messages:
            if self._intents is not None and self._spelling is not None:
                self._classify(message, self._intents, self._spelling)
        return messages

    def _classify(self, message: Message, intents: LinearModel, spelling: Spelling) -> None:
        text = message.get(TEXT) or ""
        rows = featurise(shared_encoder(), [text])
        shares = intents.probabilities(rows)
        best_first = sorted(zip(intents.labels, shares[0]), key=lambda pair: -pair[1])
        ranking = [{"name": name, "confidence": float(share)} for name, share in best_first]
        message.set(INTENT, ranking[0], add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking[:self._config["ranking_length"]],
                    add_to_output=True)
        column = intents.labels.index(REPORT)
        idle = [place for place, label in enumerate(intents.labels) if label in IDLE]

        def read(texts: List[str]) -> List[Reading]:
            again = intents.probabilities(featurise(shared_encoder(), texts))
            return [Reading(float(row[column]), float(row[idle].sum())) for row in again]

        report = highest_report(text, float(shares[0, column]), spelling.mend, read)
        message.set(REPORT_PROBABILITY, report, add_to_output=True)
        self._set_aspect(rows[0], message, best_first[0][0])

    def _set_aspect(self, row: csr_matrix, message: Message, intent: str) -> None:
        model = self._aspects.get(intent)
        if model is None:
            return
        shares = model.probabilities(row)[0]
        best = int(shares.argmax())
        if model.labels[best] == GENERAL or shares[best] < self._config["aspect_threshold"]:
            return
        entity = {"entity": ASPECT, "value": model.labels[best], "start": 0,
                  "end": len(message.get(TEXT)), "confidence_entity": float(shares[best]),
                  "extractor": type(self).__name__}
        message.set(ENTITIES, [*message.get(ENTITIES, []), entity], add_to_output=True)

    def _persist(self) -> None:
        with self._storage.write_to(self._resource) as folder:
            assert self._intents is not None and self._spelling is not None
            self._intents.save(folder / INTENT_FILE)
            self._spelling.save(folder / SPELLING_FILE)
            for section, model in self._aspects.items():
                model.save(folder / f"{ASPECT}-{section}.npz")

    @classmethod
    def load(cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource,
             execution_context: ExecutionContext, **kwargs: Any) -> SentenceIntentClassifier:
        """The trained component."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._intents = LinearModel.load(folder / INTENT_FILE)
            component._spelling = Spelling.load(folder / SPELLING_FILE)
            for path in folder.glob(f"{ASPECT}-*.npz"):
                section = path.stem[len(ASPECT) + 1:]
                component._aspects[section] = LinearModel.load(path)
        return component


def _learn_spelling(examples: List[Message]) -> Spelling:
    """From the phrases that are not typed badly on purpose: those would teach slips as words."""
    clean = [(normalise(example.get(TEXT)), example.get(INTENT)) for example in examples
             if not _label(example, TYPED)]
    return Spelling.learn([text for text, intent in clean if intent == REPORT],
                          [text for text, intent in clean if intent != REPORT])


def _label(example: Message, name: str) -> str:
    """What the metadata of a training phrase says under `name`; empty where they say nothing."""
    metadata = example.get(METADATA) or {}
    return str((metadata.get(INTENT) or {}).get(name, ""))
