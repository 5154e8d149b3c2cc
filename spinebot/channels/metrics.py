"""What is counted, for Prometheus; nothing that tells one visitor from another."""
from __future__ import annotations

from typing import Collection

from prometheus_client import Counter, Gauge, Histogram

from spinebot.red_flags.flow import URGENT

FALLBACKS = frozenset(("utter_out_of_scope", "utter_offer_topics"))

TURN_SECONDS = Histogram(
    "spinebot_turn_seconds", "How long a turn took, whether or not it gave an answer", ["channel"],
    buckets=(.05, .1, .2, .3, .5, .75, 1, 1.5, 2.5, 4, 6, 10, 15, 30))
RUNNING = Gauge("spinebot_turns_running", "Turns that run now")
RED_FLAGS = Counter("spinebot_red_flags", "Turns that began with the urgent message", ["channel"])
UNANSWERED = Counter("spinebot_fallbacks", "Turns that were not understood", ["channel"])
FAULTS = Counter("spinebot_fault_answers", "Answers cut short by a fault", ["channel"])
REFUSALS = Counter("spinebot_refusals", "Requests that were refused", ["status"])
UP = Gauge("spinebot_component_up", "1 if the part works", ["component"])
WHATSAPP = Gauge("spinebot_whatsapp_messages", "Messages in the queue", ["channel", "state"])
WHATSAPP_AGE = Gauge("spinebot_whatsapp_oldest_seconds", "Age of the oldest of them", ["channel"])


def count_turn(channel: str, seconds: float, responses: Collection[str]) -> bool:
    """Count a turn that is over; returns whether it began with the urgent message.

    Args:
        channel: its channel's name.
        seconds: how long it took.
        responses: names of the responses given, in order.
    """
    TURN_SECONDS.labels(channel).observe(seconds)
    urgent = next(iter(responses), "") == URGENT
    if urgent:
        RED_FLAGS.labels(channel).inc()
    if FALLBACKS.intersection(responses):
        UNANSWERED.labels(channel).inc()
    return urgent
