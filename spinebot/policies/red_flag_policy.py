"""The policy that keeps the promise: it asks `red_flags.flow` what is owed, above all rules."""
from __future__ import annotations

from typing import Any, Dict, List, Optional

from rasa.core.featurizers.tracker_featurizers import TrackerFeaturizer
from rasa.core.policies.policy import Policy, PolicyPrediction, SupportedData
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from spinebot.nlu.red_flag_gate import DOUBT
from spinebot.red_flags.flow import ASK, EXIT, FORM, LISTEN, URGENT, Step, Turn, next_step

REPORTED_SLOT = "red_flag_reported"
ABOVE_RULES = 10  # RulePolicy has 6


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT,
                          is_trainable=True)
class RedFlagPolicy(Policy):
    """Predicts the step that the promise owes, and abstains everywhere else."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """The policy's one setting, its rank among the policies."""
        return {"priority": ABOVE_RULES}

    @staticmethod
    def supported_data() -> SupportedData:
        """Reads nothing from stories or rules."""
        return SupportedData.ML_DATA

    def __init__(self, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource,
                 execution_context: ExecutionContext,
                 featurizer: Optional[TrackerFeaturizer] = None) -> None:
        super().__init__(config, model_storage, resource, execution_context, featurizer)

    def train(self, training_trackers: List[TrackerWithCachedStates], domain: Domain,
              **kwargs: Any) -> Resource:
        """Nothing is learnt: the promise is a rule."""
        return self._resource

    @classmethod
    def load(cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource,
             execution_context: ExecutionContext, **kwargs: Any) -> RedFlagPolicy:
        """As new: there is no state to load."""
        return cls(config, model_storage, resource, execution_context)

    def predict_action_probabilities(
            self, tracker: DialogueStateTracker, domain: Domain,
            rule_only_data: Optional[Dict[str, Any]] = None, **kwargs: Any) -> PolicyPrediction:
        """The owed action with confidence 1, or no vote at all.

        A vote counts as a "no user" prediction, as the running form's own votes do: only so it
        may come before the form.
        """
        turn = read_turn(tracker)
        owed = next_step(turn)
        probabilities = self._default_predictions(domain)
        if owed is not None:
            probabilities[domain.index_for_action(owed)] = 1.0
        # The slot's mapping knows the intent of a report only; a "yes" to ASK is one as well.
        noted: List[Event] = [SlotSet(REPORTED_SLOT, True)] if owed == URGENT else []
        return self._prediction(probabilities, optional_events=noted,
                                is_no_user_prediction=owed is not None)


def read_turn(tracker: DialogueStateTracker) -> Turn:
    """What `red_flags.flow` has to know of a conversation."""
    before, during = _split_at_last_message(_this_session(tracker))
    message = tracker.latest_message
    return Turn(
        intent=(message.intent.get("name") or "") if message else "",
        reported=bool(tracker.get_slot(REPORTED_SLOT)),
        form_active=tracker.active_loop_name == FORM,
        form_was_active=_form_open_after(before),
        flow_ended=any(isinstance(event, ActionExecuted) and event.action_name == EXIT
                       for event in before),
        doubtful=bool(message and message.parse_data.get(DOUBT)),
        asked=_last_action(before) == ASK,
        steps=_steps(during))


def _this_session(tracker: DialogueStateTracker) -> List[Event]:
    events = list(tracker.events)
    starts = [place for place, event in enumerate(events) if isinstance(event, SessionStarted)]
    return events[starts[-1]:] if starts else events


def _split_at_last_message(events: List[Event]) -> tuple[List[Event], List[Event]]:
    places = [place for place, event in enumerate(events) if isinstance(event, UserUttered)]
    cut = places[-1] if places else len(events)
    return events[:cut], events[cut + 1:]


def _form_open_after(events: List[Event]) -> bool:
    loops = [event.name for event in events if isinstance(event, ActiveLoop)]
    return bool(loops) and loops[-1] == FORM


def _last_action(events: List[Event]) -> Optional[str]:
    """What was said last, not counting the waiting after it."""
    names = [event.action_name for event in events
             if isinstance(event, ActionExecuted) and event.action_name != LISTEN]
    return names[-1] if names else None


def _steps(events: List[Event]) -> tuple[Step, ...]:
    steps: List[Step] = []
    for event in events:
        if isinstance(event, ActionExecuted):
            steps.append(Step(event.action_name or "", spoke=False))
        elif isinstance(event, BotUttered) and steps:
            steps[-1] = Step(steps[-1].name, spoke=True)
    return tuple(steps)
