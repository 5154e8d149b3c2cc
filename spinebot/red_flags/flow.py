"""The promise as a function: which step the red-flag flow owes next.

It decides only what rules cannot: a report in the middle of the form, an end by "stop" or a
change of subject, and a step that said nothing because a part is down. All else it leaves to
the rules. Source: design, section 1, promises 1, 2 and 6.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

REPORT, HELP = "report_red_flag", "ask_help"
FORM, EXIT, LISTEN, DEACTIVATE = (
    "red_flag_form", "action_urgent_advice", "action_listen", "action_deactivate_loop")
URGENT, REMINDER = "utter_urgent_advice", "utter_urgent_reminder"
DENIED = "utter_deny_symptoms"
ASK = "utter_ask_if_present"  # shows the urgent line and asks whether somebody has it now

# These end the flow; none of them ends the promise.
ENDING = frozenset({"stop", "goodbye", "report_recovered"})
# These are answered, then the open question is asked again.
INTERRUPTIONS = frozenset({
    "ask_definition", "ask_causes", "ask_symptoms", "ask_diagnosis", "ask_treatment",
    "ask_prevention", "ask_prognosis", "ask_contact", "ask_doctor", HELP, "ask_what_if",
    "bot_challenge", "greet", "thank", "delete_my_data"})
# These answer ASK with a no, or leave it.
NO_TO_ASK = INTERRUPTIONS | ENDING | {"deny", "deny_symptoms", "general_remark"}
YES_TO_ASK = frozenset({"affirm", "unsure"})  # when in doubt, alarm
# These may report, or end the flow with the urgent message, or be its last answer.
_MAY_BE_URGENT = ENDING | YES_TO_ASK | {REPORT, HELP, "deny"}


@dataclass(frozen=True)
class Step:
    """One action of the running turn, and whether the visitor saw anything of it."""

    name: str
    spoke: bool


@dataclass(frozen=True)
class Turn:
    """The running turn, as far as it has gone.

    Attributes:
        intent: of the visitor's message.
        reported: a red flag was reported in this session.
        form_active: the red-flag form is open now.
        form_was_active: it was open when the message came.
        flow_ended: the flow ended in an earlier turn of this session.
        doubtful: the message may or may not report a red flag.
        asked: the turn before ended with ASK.
        steps: the actions taken since the message.
    """

    intent: str
    reported: bool
    form_active: bool
    form_was_active: bool
    flow_ended: bool
    doubtful: bool = False
    asked: bool = False
    steps: tuple[Step, ...] = ()

    @property
    def reports(self) -> bool:
        """Whether the message reports a red flag, by itself or as the answer to ASK.

        A second doubtful message in a row is a report, unless it is a no or a question.
        """
        if self.intent == REPORT:
            return True
        return self.asked and (self.intent in YES_TO_ASK
                               or self.doubtful and self.intent not in NO_TO_ASK)


def may_be_urgent(intent: str, doubtful: bool) -> bool:
    """Whether a message, read outside its conversation, may be owed the urgent message."""
    return doubtful or intent in _MAY_BE_URGENT


def next_step(turn: Turn) -> Optional[str]:
    """Name of the action that the promise demands now; None leaves it to the rules."""
    names = [step.name for step in turn.steps]
    if turn.reports and URGENT not in names:
        return URGENT
    if not turn.reported:
        return _while_nothing_is_reported(turn, names)
    if turn.form_active:
        return _inside_the_form(turn, names)
    if FORM in names or DEACTIVATE in names:
        return _at_the_end(turn, names)
    if turn.reports:
        return LISTEN if turn.flow_ended else FORM
    return _after_the_flow(names)


def _while_nothing_is_reported(turn: Turn, names: list[str]) -> Optional[str]:
    """A question is answered before ASK; ASK stands alone elsewhere, and once in a row."""
    if turn.asked:
        if turn.intent == "deny":
            return LISTEN if names else DENIED
        return None
    if not turn.doubtful:
        return None
    if names:
        return LISTEN if ASK in names else ASK
    return f"utter_{turn.intent}" if turn.intent in INTERRUPTIONS else ASK


def _inside_the_form(turn: Turn, names: list[str]) -> Optional[str]:
    if not names:
        if turn.intent in ENDING:
            return DEACTIVATE
        return _answer_of(turn.intent)
    last = turn.steps[-1]
    if last.name == FORM:  # silent: its question or its understanding is down
        return LISTEN if last.spoke else REMINDER
    return LISTEN if FORM in names else FORM


def _answer_of(intent: str) -> Optional[str]:
    """The response to an interruption; "just tell me what to do" has one answer here."""
    if intent == HELP:
        return URGENT
    return f"utter_{intent}" if intent in INTERRUPTIONS else None


def _at_the_end(turn: Turn, names: list[str]) -> str:
    if not turn.form_was_active and not next(s for s in turn.steps if s.name == FORM).spoke:
        if EXIT not in names and REMINDER not in names:
            return REMINDER  # the form could not open; the turn began with the urgent message
        return LISTEN
    if EXIT not in names:
        return EXIT
    return LISTEN if URGENT in names[names.index(EXIT):] else URGENT


def _after_the_flow(names: list[str]) -> Optional[str]:
    if not names:
        return None
    return LISTEN if REMINDER in names else REMINDER
