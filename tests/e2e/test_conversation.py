"""Conversations as a visitor has them, over REST, with everything running."""
from __future__ import annotations

import pytest

from spinebot.texts import domain, say
from tests.e2e.client import Client

QUESTIONS_ASKED = {response: variations[0]["text"]
                   for response, variations in domain()["responses"].items()
                   if response.startswith("utter_ask_red_flag_form_")}


def open_question(texts: list[str]) -> str:
    return next(name.removeprefix("utter_ask_red_flag_form_")
                for name, text in QUESTIONS_ASKED.items() if text == texts[-1])


def button_payloads() -> list[tuple[str, str]]:
    found = {(button["title"], button["payload"])
             for variations in domain()["responses"].values() for variation in variations
             for button in variation.get("buttons", [])}
    return sorted(found)


MEANT = {"Causes": "utter_ask_causes", "Signs": "utter_ask_symptoms",
         "Treatment": "utter_ask_treatment", "Prevention": "utter_ask_prevention",
         "Contact the clinic": "utter_ask_contact", "How it is found": "utter_ask_diagnosis",
         "Outlook": "utter_ask_prognosis", "About the doctor": "utter_ask_doctor",
         "What is it?": "utter_ask_definition", "Someone has signs": "utter_urgent_advice",
         "Yes": "utter_affirm", "Yes, now": "utter_affirm", "No": "utter_deny",
         "Not sure": "utter_unsure"}


def any_variation(response: str) -> set[str]:
    from spinebot.texts import slot_values
    return {variation["text"].format(**slot_values())
            for variation in domain()["responses"][response]}


@pytest.mark.parametrize("title, payload", button_payloads())
def test_every_button_leads_where_it_says(client: Client, title: str, payload: str) -> None:
    assert client.say(payload).texts[0] in any_variation(MEANT[title])


@pytest.mark.parametrize("message, words", [
    ("can blood thinners cause it", "Blood thinners can lead to it"),
    ("do I need an operation for this", "The treatment is an operation"),
    ("is there a medicine for it", "No medicine can treat it"),
    ("what if MRI is not available", "CT myelography can be done instead"),
    ("what is a laminectomy", "A laminectomy is an operation"),
    ("why are platelets given", "Platelets help the blood to clot"),
    ("can it be prevented", "There is no sure way to prevent it"),
    ("whatsapp number please", "+91 7676090119"),
])
def test_a_specific_question_gets_its_specific_fact(client: Client, message: str,
                                                    words: str) -> None:
    assert words in client.say(message).all_text


def test_a_report_is_answered_first_and_again_at_the_end(client: Client) -> None:
    sender = "the-whole-flow"
    first = client.say("my dad can't move his legs since the epidural this morning", sender)
    assert first.texts[0] == say("utter_urgent_advice")
    asked = [open_question(first.texts)]
    for _ in range(8):
        reply = client.say("No", sender)
        if reply.texts[-1] == say("utter_urgent_advice"):
            break
        asked.append(open_question(reply.texts))
    # person, weakness, walking, procedure and onset were said; they are not asked again
    assert asked == ["bladder_bowel", "numbness", "bleeding_risk", "blood_pressure"]
    summary = reply.texts[-2]
    for line in ("Who: dad", "Since when: this morning", "Weakness: yes", "walking: yes",
                 "injury: yes", "Which one: epidural", "Numbness: no"):
        assert line in summary
    assert 'does not mean that all is well' in summary


@pytest.mark.parametrize("ending", ["stop", "cancel", "never mind", "bye",
                                    "it was only a joke, forget it"])
def test_no_ending_breaks_the_promise(client: Client, ending: str) -> None:
    sender = f"ending-{ending}"
    client.say("I suddenly can't feel my feet", sender)
    assert client.say(ending, sender).texts[-1] == say("utter_urgent_advice")
    assert say("utter_urgent_reminder") in client.say("what are the signs?", sender).texts[-1]


def test_a_question_in_the_middle_is_answered_and_the_flow_goes_on(client: Client) -> None:
    before = client.say("my leg went weak suddenly", "middle")
    during = client.say("how can I reach the clinic", "middle")
    assert "+91 7676090119" in during.texts[0]
    assert open_question(during.texts) == open_question(before.texts)


def test_two_answers_in_one_and_a_correction(client: Client) -> None:
    sender = "two-in-one"
    asked = open_question(client.say("terrible back pain since an hour", sender).texts)
    assert asked == "weakness"
    reply = client.say("no but my feet tingle and I can't pee", sender)
    assert open_question(reply.texts) == "walking"
    # numbness and bladder are known now
    reply = client.say("actually yes, the left leg", sender)
    assert open_question(reply.texts) == "walking"
    assert open_question(client.say("no", sender).texts) == "bleeding_risk"
    summary = "\n".join(client.say("stop", sender).texts)
    for line in ("Weakness: yes", "walking: no", "Numbness: yes", "bowel trouble: yes",
                 "blood pressure: not asked"):
        assert line in summary


def test_three_unusable_answers_end_the_flow_with_the_urgent_message(client: Client) -> None:
    client.say("my hands went numb all of a sudden", "gibberish")
    client.say("qwe rty zxc", "gibberish")
    client.say("uiop jkl", "gibberish")
    assert client.say("bnm vfr", "gibberish").texts[-1] == say("utter_urgent_advice")


def test_two_messages_not_understood_bring_the_topics_and_the_contacts(client: Client) -> None:
    client.say("recommend me a phone under 20000", "lost")
    assert client.say("and a cheap laptop", "lost").texts == [say("utter_offer_topics")]
