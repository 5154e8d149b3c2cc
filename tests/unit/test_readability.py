"""Answers stay easy to read: Flesch-Kincaid grade, length, and the size of the buttons."""
from __future__ import annotations

from typing import Any

import pytest
import textstat

from spinebot.ops.sentences import BULLET
from spinebot.texts import domain, slot_values

SECTIONS = ("definition", "causes", "symptoms", "diagnosis", "treatment", "prevention",
            "prognosis", "contact", "doctor")
URGENT = "utter_urgent_advice"
MAX_GRADE, MAX_URGENT_GRADE = 8, 5
MAX_WORDS = 110
MAX_TITLE = 20  # WhatsApp cuts a longer one

# An address is no prose: its syllables say nothing about how hard a text is.
WITHOUT_CONTACTS = {name: "" if name.startswith("clinic_") else value
                    for name, value in slot_values().items()}


def variations(*responses: str) -> list[Any]:
    """Variations of `responses`, each named after its response and aspect."""
    return [pytest.param(variation, id=f"{response}-{aspect(variation)}")
            for response in responses for variation in domain()["responses"][response]]


def aspect(variation: dict[str, Any]) -> str:
    return variation["condition"][0]["value"] if "condition" in variation else "general"


def grade(text: str) -> float:
    """Flesch-Kincaid grade, every line a sentence of its own."""
    lines = [line.removeprefix(BULLET).rstrip(" .:") + "."
             for line in text.format(**WITHOUT_CONTACTS).splitlines() if line.strip()]
    return float(textstat.flesch_kincaid_grade("\n".join(lines)))


ANSWERS = variations(*(f"utter_ask_{section}" for section in SECTIONS))
URGENT_ADVICE = variations(URGENT)


@pytest.mark.parametrize("variation", ANSWERS)
def test_an_answer_is_easy_to_read(variation: dict[str, Any]) -> None:
    assert grade(variation["text"]) <= MAX_GRADE


@pytest.mark.parametrize("variation", URGENT_ADVICE)
def test_the_urgent_advice_is_very_easy_to_read(variation: dict[str, Any]) -> None:
    assert grade(variation["text"]) <= MAX_URGENT_GRADE


@pytest.mark.parametrize("variation", ANSWERS + URGENT_ADVICE)
def test_an_answer_is_short(variation: dict[str, Any]) -> None:
    assert len(variation["text"].format(**slot_values()).split()) <= MAX_WORDS


@pytest.mark.parametrize("variation", ANSWERS)
def test_an_answer_offers_two_or_three_short_buttons(variation: dict[str, Any]) -> None:
    titles = [button["title"] for button in variation["buttons"]]
    assert len(titles) in (2, 3)
    assert [title for title in titles if len(title) > MAX_TITLE] == []


def test_bullets_count_as_sentences_and_contacts_as_nothing() -> None:
    assert grade("You can:\n• call the clinic\n• {clinic_website}") == grade(
        "You can.\ncall the clinic.\n.")
    assert grade("Incomprehensible pharmacological terminology abounds.") > MAX_GRADE
