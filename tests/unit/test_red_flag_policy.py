"""What the policy reads from a conversation, and the vote that follows from it."""
from __future__ import annotations

from typing import Any

import pytest
from rasa.core.policies.policy import PolicyPrediction
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
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
from rasa.shared.core.trackers import DialogueStateTracker

from spinebot.nlu.red_flag_gate import DOUBT
from spinebot.paths import DOMAIN
from spinebot.policies.red_flag_policy import REPORTED_SLOT, RedFlagPolicy, read_turn
from spinebot.red_flags.flow import (
    ASK,
    DEACTIVATE,
    EXIT,
    FORM,
    INTERRUPTIONS,
    LISTEN,
    REMINDER,
    REPORT,
    URGENT,
    Step,
    Turn,
)

REPORTED = SlotSet(REPORTED_SLOT, True)
OPEN, CLOSED = ActiveLoop(FORM), ActiveLoop(None)


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.load(str(DOMAIN))


def session() -> list[Event]:
    return [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted(LISTEN)]


def said(intent: str) -> Event:
    return UserUttered(intent, intent={"name": intent, "confidence": 1.0})


def spoke(name: str) -> list[Event]:
    return [ActionExecuted(name), BotUttered("...")]


def silent(name: str) -> list[Event]:
    return [ActionExecuted(name)]


def doubtful(intent: str) -> Event:
    return UserUttered(intent, intent={"name": intent, "confidence": 1.0},
                       parse_data={DOUBT: True})


def asked() -> list[Event]:
    """A first turn that ended with the question whether somebody has it now."""
    return [*session(), doubtful("out_of_scope"), *spoke(ASK), ActionExecuted(LISTEN)]


def report() -> list[Event]:
    """A first turn in which a red flag was reported and the form opened."""
    return [*session(), said(REPORT), REPORTED, *spoke(URGENT), *silent(FORM), OPEN,
            BotUttered("Did it start suddenly?"), ActionExecuted(LISTEN)]


def ended() -> list[Event]:
    """The same, and "stop" in the next turn."""
    return [*report(), said("stop"), *silent(DEACTIVATE), CLOSED, *spoke(EXIT), *spoke(URGENT),
            ActionExecuted(LISTEN)]


def turn(intent: str, *steps: Step, **state: bool) -> Turn:
    whole: dict[str, Any] = {"reported": True, "form_active": False, "form_was_active": False,
                             "flow_ended": False, **state}
    return Turn(intent, steps=steps, **whole)


def tracker_of(domain: Domain, events: list[Event]) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("visitor", events, domain.slots)


TURNS = [
    pytest.param([], turn("", reported=False), id="nothing said"),
    pytest.param(session(), turn("", reported=False), id="session only"),
    pytest.param([*session(), said("greet")], turn("greet", reported=False), id="greeting"),
    pytest.param([*session(), said("greet"), *spoke("utter_greet")],
                 turn("greet", Step("utter_greet", True), reported=False), id="answered greeting"),
    pytest.param([*session(), said(REPORT), REPORTED], turn(REPORT), id="report"),
    pytest.param([*session(), said(REPORT), REPORTED, *spoke(URGENT)],
                 turn(REPORT, Step(URGENT, True)), id="report, urgent message sent"),
    pytest.param(report()[:-1],
                 turn(REPORT, Step(URGENT, True), Step(FORM, True), form_active=True),
                 id="report, form opened"),
    pytest.param([*session(), said(REPORT), REPORTED, *spoke(URGENT), *silent(FORM)],
                 turn(REPORT, Step(URGENT, True), Step(FORM, False)),
                 id="report, form could not open"),
    pytest.param([*report(), said("affirm")],
                 turn("affirm", form_active=True, form_was_active=True), id="answer in the form"),
    pytest.param([*report(), said("affirm"), *silent(FORM), SlotSet("weakness", "yes")],
                 turn("affirm", Step(FORM, False), form_active=True, form_was_active=True),
                 id="answer, form silent"),
    pytest.param([*report(), said("ask_causes"), *spoke("utter_ask_causes"), *spoke(FORM)],
                 turn("ask_causes", Step("utter_ask_causes", True), Step(FORM, True),
                      form_active=True, form_was_active=True), id="interruption"),
    pytest.param([*report(), said("stop"), *silent(DEACTIVATE), CLOSED],
                 turn("stop", Step(DEACTIVATE, False), form_was_active=True), id="stop"),
    pytest.param([*ended(), said("greet")], turn("greet", flow_ended=True), id="after the flow"),
    pytest.param([*ended(), said(REPORT), *spoke(URGENT)],
                 turn(REPORT, Step(URGENT, True), flow_ended=True), id="report after the flow"),
    pytest.param([*ended(), *session(), SlotSet(REPORTED_SLOT, False), said("greet")],
                 turn("greet", reported=False), id="a new session forgets the flow"),
    pytest.param([*session(), doubtful("greet")], turn("greet", reported=False, doubtful=True),
                 id="doubtful"),
    pytest.param([*asked(), said("affirm")], turn("affirm", reported=False, asked=True),
                 id="answer to the question"),
    pytest.param([*asked(), said("greet"), *spoke("utter_greet"), ActionExecuted(LISTEN),
                  said("affirm")], turn("affirm", reported=False), id="the question is past"),
    pytest.param([*report(), said("affirm"), *spoke(FORM), BotUttered("second line")],
                 turn("affirm", Step(FORM, True), form_active=True, form_was_active=True),
                 id="two replies of one step"),
]


@pytest.mark.parametrize(("events", "found"), TURNS)
def test_a_conversation_is_read(domain: Domain, events: list[Event], found: Turn) -> None:
    assert read_turn(tracker_of(domain, events)) == found


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> RedFlagPolicy:
    storage = LocalModelStorage(tmp_path_factory.mktemp("policy"))
    return RedFlagPolicy(RedFlagPolicy.get_default_config(), storage, Resource("red_flags"),
                         ExecutionContext(GraphSchema({})))


def vote(policy: RedFlagPolicy, domain: Domain, events: list[Event]) -> PolicyPrediction:
    return policy.predict_action_probabilities(tracker_of(domain, events), domain)


@pytest.mark.parametrize(("events", "action"), [
    ([*session(), said(REPORT), REPORTED], URGENT),
    ([*session(), said(REPORT)], URGENT),
    ([*session(), said(REPORT), REPORTED, *spoke(URGENT)], FORM),
    (report()[:-1], LISTEN),
    ([*report(), said(REPORT)], URGENT),
    ([*report(), said("stop")], DEACTIVATE),
    ([*report(), said("stop"), *silent(DEACTIVATE), CLOSED], EXIT),
    ([*report(), said("stop"), *silent(DEACTIVATE), CLOSED, *silent(EXIT)], URGENT),
    ([*report(), said("affirm"), *silent(FORM)], REMINDER),
    ([*ended(), said("greet"), *spoke("utter_greet")], REMINDER),
    ([*report(), said("ask_help")], URGENT),
    ([*session(), doubtful("out_of_scope")], ASK),
    ([*session(), doubtful("ask_causes"), *spoke("utter_ask_causes")], ASK),
    ([*asked(), said("affirm")], URGENT),
    ([*asked(), said("deny")], "utter_deny_symptoms"),
    *(([*report(), said(intent)], f"utter_{intent}")
      for intent in sorted(INTERRUPTIONS - {"ask_help"})),
])
def test_the_owed_step_gets_the_whole_vote(policy: RedFlagPolicy, domain: Domain,
                                           events: list[Event], action: str) -> None:
    prediction = vote(policy, domain, events)
    votes = dict(zip(domain.action_names_or_texts, prediction.probabilities))
    assert {name: share for name, share in votes.items() if share} == {action: 1.0}
    assert prediction.is_no_user_prediction  # only so it may come before a running form
    assert prediction.policy_priority > 6  # RulePolicy


@pytest.mark.parametrize("events", [
    [*asked(), said("affirm")], [*asked(), said("unsure")], [*session(), said(REPORT)]])
def test_the_urgent_message_notes_the_report(policy: RedFlagPolicy, domain: Domain,
                                             events: list[Event]) -> None:
    prediction = vote(policy, domain, events)
    assert prediction.optional_events == [REPORTED]
    assert prediction.probabilities[domain.index_for_action(URGENT)] == 1.0


def test_nothing_else_notes_a_report(policy: RedFlagPolicy, domain: Domain) -> None:
    assert vote(policy, domain, [*session(), doubtful("out_of_scope")]).optional_events == []


@pytest.mark.parametrize("events", [
    session(), [*session(), said("greet")], [*session(), said("stop")],
    [*report(), said("affirm")], [*ended(), said("greet")]])
def test_without_a_debt_there_is_no_vote(policy: RedFlagPolicy, domain: Domain,
                                         events: list[Event]) -> None:
    prediction = vote(policy, domain, events)
    assert not any(prediction.probabilities)
    assert not prediction.is_no_user_prediction
