"""What the visitor reads: contacts in one place, the emergency number everywhere it is promised."""
from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from spinebot.paths import DOMAIN, ROOT
from spinebot.red_flags.answers import understand
from spinebot.red_flags.findings import NO, QUESTIONS, UNSURE, YES
from spinebot.texts import domain, say, slot_values

RESPONSES: dict[str, list[dict[str, Any]]] = domain()["responses"]
SLOTS = slot_values()
FORM_QUESTION = "utter_ask_red_flag_form_"
URGENT_TEXTS = ("utter_urgent_advice", "utter_urgent_reminder", "utter_fault", "utter_contacts")
# what is said when the assistant does not understand or a part of it fails (design, promise 5)
FALLBACK_TEXTS = ("utter_out_of_scope", "utter_offer_topics", "utter_fault", "utter_bad_request",
                  "utter_too_long", "utter_text_only", "utter_slow_down", "utter_old_choice")
CONTACTS = {
    "phone": re.compile(r"7676[\s-]*090[\s-]*119"),
    "email": re.compile(r"naveen\.st@gmail\.com", re.I),
    "website": re.compile(r"naveenspine\.com", re.I),
    "emergency": re.compile(r"\b112\b"),
    "ambulance": re.compile(r"\b108\b"),
}
REASSURANCE = (
    "you are fine", "you're fine", "you will be fine", "you are ok", "you are safe", "no worries",
    "nothing to worry", "not worry", "don't worry", "no need to", "not serious", "harmless",
    "no danger", "not dangerous", "not an emergency", "no emergency", "probably nothing",
    "nothing serious", "wait and see", "no red flag", "you do not have", "you don't have",
    "good news", "you are healthy", "stay calm")


def texts(*names: str) -> list[Any]:
    """Filled text of every variation of the responses (of all of them, if none is named)."""
    return [pytest.param(_filled(variation["text"]), id=f"{name}-{place}")
            for name in names or RESPONSES for place, variation in enumerate(RESPONSES[name])]


def _filled(text: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: SLOTS.get(found[1], found[0]), text)


@cache
def project_texts() -> dict[Path, str]:
    """Code and YAML of the project, without what it installs, builds or tests with."""
    skipped = {"tests", "docs", "models", "node_modules", "dist", "results", "__pycache__", "nlu"}
    kinds = {".py", ".yml", ".yaml", ".ts", ".js", ".mjs", ".html", ".css", ".sh", ".toml", ""}
    found = {}
    for folder, inner, files in os.walk(ROOT):
        inner[:] = [name for name in inner if not name.startswith(".") and (
            name not in skipped or Path(folder, name) == ROOT / "spinebot" / "nlu")]
        found.update({path: path.read_text(encoding="utf-8", errors="replace")
                      for path in map(Path(folder).joinpath, files)
                      if path.suffix in kinds and not path.name.startswith(".")})
    return found


def texts_in(*folders: str) -> dict[Path, str]:
    return {path: text for path, text in project_texts().items()
            if str(path.relative_to(ROOT)).startswith(folders)}


@pytest.mark.parametrize("contact", ["phone", "email", "website"])
def test_a_contact_stands_in_the_domain_only(contact: str) -> None:
    holders = [path for path, text in project_texts().items() if CONTACTS[contact].search(text)]
    assert holders == [DOMAIN]


@pytest.mark.parametrize("contact", CONTACTS)
def test_a_contact_stands_once_in_the_domain(contact: str) -> None:
    assert len(CONTACTS[contact].findall(DOMAIN.read_text(encoding="utf-8"))) == 1


@pytest.mark.parametrize("number", ["emergency", "ambulance"])
def test_no_code_holds_an_emergency_number(number: str) -> None:
    code = texts_in("spinebot/", "actions/")
    assert len(code) > 20
    assert [path for path, text in code.items() if CONTACTS[number].search(text)] == []


@pytest.mark.parametrize("text", texts(*URGENT_TEXTS))
def test_an_urgent_text_holds_every_number_and_the_emergency_first(text: str) -> None:
    places = [found.start() for kind in ("emergency", "ambulance", "phone", "email", "website")
              for found in [CONTACTS[kind].search(text)] if found]
    assert len(places) == len(CONTACTS)
    assert places == sorted(places)


@pytest.mark.parametrize("text", texts("utter_urgent_advice"))
def test_the_urgent_advice_says_what_to_do(text: str) -> None:
    for words in ("emergency care now", "Do not wait", "Do not drive yourself"):
        assert words in text


@pytest.mark.parametrize("text", texts(*FALLBACK_TEXTS))
def test_a_fallback_holds_the_emergency_number_and_the_clinics_phone(text: str) -> None:
    assert CONTACTS["emergency"].search(text)
    assert CONTACTS["phone"].search(text)


@pytest.mark.parametrize("text", texts(
    "utter_ask_help", "utter_ask_what_if", "utter_greet", "utter_goodbye", "utter_stop",
    "utter_deny", "utter_unsure", "utter_deny_symptoms", "utter_report_recovered",
    "utter_general_remark", "utter_ask_symptoms", "utter_ask_contact", "utter_bot_challenge"))
def test_an_answer_near_a_warning_sign_holds_the_emergency_number(text: str) -> None:
    assert CONTACTS["emergency"].search(text)


def test_what_rasa_falls_back_to_is_such_a_text() -> None:
    policies = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["policies"]
    named = [policy["core_fallback_action_name"] for policy in policies
             if "core_fallback_action_name" in policy]
    assert named
    assert set(named) <= set(FALLBACK_TEXTS)


@pytest.mark.parametrize("text", texts())
def test_no_text_reassures(text: str) -> None:
    # that a "no" does not mean "all is well" may be said, and nothing else of the kind
    plain = " ".join(text.lower().replace("’", "'").replace("does not mean that all is well", "")
                     .split())
    assert [phrase for phrase in (*REASSURANCE, "all is well") if phrase in plain] == []


@pytest.mark.parametrize("name", RESPONSES)
def test_every_place_in_a_text_is_a_slot(name: str) -> None:
    for variation in RESPONSES[name]:
        assert set(re.findall(r"\{(\w+)\}", variation["text"])) <= set(domain()["slots"])


@pytest.mark.parametrize("name", [*URGENT_TEXTS, *FALLBACK_TEXTS])
def test_a_text_of_the_promise_never_varies(name: str) -> None:
    assert len(RESPONSES[name]) == 1
    assert "condition" not in RESPONSES[name][0]
    assert "{" not in say(name)


@pytest.mark.parametrize("name", RESPONSES)
def test_a_response_always_has_one_text_to_fall_back_on(name: str) -> None:
    assert len([v for v in RESPONSES[name] if "condition" not in v]) == 1


def rule_steps(file: str) -> list[dict[str, Any]]:
    rules = yaml.safe_load((ROOT / "data" / "rules" / file).read_text(encoding="utf-8"))["rules"]
    return [step for rule in rules for step in rule["steps"]]


@pytest.mark.parametrize("file", ["sections.yml", "conversation.yml"])
def test_every_intent_of_the_rules_is_answered_by_its_response(file: str) -> None:
    steps = rule_steps(file)
    answered = {step["intent"]: after["action"] for step, after in zip(steps, steps[1:])
                if "intent" in step}
    assert answered == {intent: f"utter_{intent}" for intent in answered}
    assert set(answered.values()) <= set(RESPONSES)
    assert set(answered) <= set(domain()["intents"])


def test_every_intent_has_a_rule() -> None:
    ruled = {step["intent"] for path in (ROOT / "data" / "rules").glob("*.yml")
             for step in rule_steps(path.name) if "intent" in step}
    # out of scope is told by stories: the second time it offers the topics
    assert set(domain()["intents"]) - ruled == {"out_of_scope"}


def test_every_response_named_in_code_rules_and_stories_exists() -> None:
    named = {(found, path.name)
             for path, text in texts_in("spinebot/", "actions/", "data/rules/", "data/stories/",
                                        "config.yml").items()
             for found in re.findall(r"(?<![.\w])utter_\w*[a-z]\b(?!\{)", text)}
    assert len(named) > 10
    # utter_action is the key under which Rasa keeps a response's name
    assert sorted((name, file) for name, file in named
                  if name not in RESPONSES and name != "utter_action") == []


def test_the_form_asks_the_questions_of_the_vocabulary_in_their_order() -> None:
    assert tuple(domain()["forms"]["red_flag_form"]["required_slots"]) == QUESTIONS


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_question_of_the_form_offers_the_three_answers(question: str) -> None:
    (asked,) = RESPONSES[FORM_QUESTION + question]
    assert asked["text"].rstrip().endswith("?")
    assert [button["title"] for button in asked["buttons"]] == ["Yes", "No", "Not sure"]
    meant = [understand(button["payload"], "nlu_fallback", question).values
             for button in asked["buttons"]]
    assert meant == [{question: YES}, {question: NO}, {question: UNSURE}]


def test_the_form_has_no_question_without_a_slot() -> None:
    asked = {name.removeprefix(FORM_QUESTION) for name in RESPONSES if FORM_QUESTION in name}
    assert asked == set(QUESTIONS)
