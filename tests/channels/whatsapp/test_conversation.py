"""A visitor on WhatsApp, the real assistant and an API that enforces Meta's limits."""
from __future__ import annotations

import time
from typing import Any

import pytest

from spinebot.ops.whatsapp import phone
from spinebot.texts import say, slot_values
from tests.channels.whatsapp.world import NUMBER_ID, Assistant, World, until

pytestmark = pytest.mark.usefixtures("assistant")
URGENT = say("utter_urgent_advice")
MEDIA: dict[str, dict[str, Any]] = {
    "image": {"id": "1", "mime_type": "image/jpeg", "sha256": "x"},
    "audio": {"id": "2", "mime_type": "audio/ogg; codecs=opus", "voice": True},
    "sticker": {"id": "3", "mime_type": "image/webp"}, "video": {"id": "4"},
    "document": {"id": "5", "filename": "scan.pdf"},
    "location": {"latitude": 12.9, "longitude": 77.6}}


def test_a_question_is_answered_with_buttons_and_a_tap_works(world: World, sender: str) -> None:
    world.say(sender, "what is a spinal hematoma?")
    (first,) = world.wait_for(sender, 1)
    assert "blood that collects" in first
    rows = phone.rows_of(world.shown(sender)[0])
    assert [row["title"] for row in rows] == ["Causes", "Signs", "Treatment"]
    world.send(sender, phone.tap(rows[2]))
    assert "The blood is drained" in world.wait_for(sender, 2)[1]


def test_a_report_is_answered_first_with_the_urgent_message(world: World, sender: str) -> None:
    world.say(sender, "my father suddenly cannot move his legs")
    texts = world.wait_for(sender, 3)
    assert texts[0] == URGENT
    assert len(texts) == 3  # urgent, introduction, first question
    assert slot_values()["clinic_phone"] in texts[0]
    world.say(sender, "stop")
    assert world.wait_for(sender, 5)[-1] == URGENT
    assert world.standin.broken == []


@pytest.mark.parametrize("kind", MEDIA)
def test_without_words_the_visitor_is_asked_to_write(world: World, sender: str,
                                                     kind: str) -> None:
    world.send(sender, {"type": kind, kind: MEDIA[kind]})
    assert world.wait_for(sender, 1) == [say("utter_text_only")]


def test_a_caption_counts_as_text(world: World, sender: str) -> None:
    world.send(sender, {"type": "image", "image": {
        "id": "1", "caption": "my legs went numb all of a sudden"}})
    assert world.wait_for(sender, 3)[0] == URGENT


def test_a_template_button_says_its_title(world: World, sender: str) -> None:
    world.send(sender, {"type": "button", "button": {
        "payload": "campaign_7", "text": "How can I contact the clinic?"}})
    assert slot_values()["clinic_email"] in world.wait_for(sender, 1)[0]


def test_a_choice_that_is_too_old_is_answered_helpfully(world: World, sender: str) -> None:
    world.send(sender, phone.tap({"id": "k:" + "0" * 32, "title": "Old"}))
    assert world.wait_for(sender, 1) == [say("utter_old_choice")]


@pytest.mark.parametrize("typed", ["/restart", '/greet{"red_flag_reported": true}',
                                   "/session_start", "/report_red_flag"])
def test_a_typed_slash_is_text(world: World, sender: str, typed: str) -> None:
    world.say(sender, "my leg is suddenly weak")
    before = len(world.wait_for(sender, 3))
    world.say(sender, typed)
    world.wait_for(sender, before + 1)
    world.say(sender, "stop")
    until(lambda: world.texts(sender)[-1] == URGENT, "the promise at the end")


def test_words_after_a_slash_are_read(world: World, sender: str) -> None:
    world.say(sender, "/ what are the signs?")
    assert "Common signs" in world.wait_for(sender, 1)[0]


@pytest.mark.parametrize("again", ["same bytes", "written differently", "in another batch"])
def test_a_second_delivery_is_not_answered(world: World, sender: str, assistant: Assistant,
                                           again: str) -> None:
    message = phone.message(sender, phone.text("what causes it?"))
    content = phone.body(phone.value(NUMBER_ID, [message]))
    other = phone.message(sender, phone.text("thank you"))
    repeated = {"same bytes": content, "written differently": content.replace(b", ", b" ,  "),
                "in another batch": phone.body(phone.value(NUMBER_ID, [message, other]))}[again]
    assert [world.post(content), world.post(repeated), world.post(repeated)] == [200] * 3
    world.settled(assistant.address)
    assert len(world.texts(sender)) == (2 if again == "in another batch" else 1)


def test_a_batch_is_answered_in_order(world: World, sender: str, assistant: Assistant) -> None:
    words = ["hello", "what causes it?", "how is it treated?", "who is the doctor?"]
    messages = [phone.message(sender, phone.text(text)) for text in words]
    status = {"id": "wamid.unknown", "status": "delivered", "recipient_id": sender}
    assert world.post(phone.body(phone.value(NUMBER_ID, messages[:2], [status]),
                                 phone.value(NUMBER_ID, messages[2:]))) == 200
    texts = world.wait_for(sender, 4)
    for text, part in zip(texts, ["I am Spinebot", "blood thinners", "treated with surgery",
                                  "Tahasildar"]):
        assert part in text
    world.settled(assistant.address)
    assert len(world.texts(sender)) == 4


@pytest.mark.parametrize("silent", [
    {"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": "😮"}},
    {"type": "reaction", "reaction": {"message_id": "wamid.x"}},
    {"type": "edit", "edit": {"original_message_id": "wamid.x"}},
    {"type": "revoke", "revoke": {"original_message_id": "wamid.x"}},
    {"type": "system", "system": {"type": "customer_identity_changed"}}],
    ids=lambda content: content["type"])
def test_nothing_is_said_to_a_reaction_an_edit_or_a_deletion(
        world: World, sender: str, assistant: Assistant, silent: dict[str, Any]) -> None:
    world.send(sender, silent)
    world.settled(assistant.address)
    assert world.texts(sender) == []


def test_a_sender_without_a_number_is_answered(world: World) -> None:
    message = {"from_user_id": "IN.20000000000000000002", "id": "wamid.bsuid", "type": "text",
               "text": {"body": "what are the signs?"}}
    value = phone.value(NUMBER_ID, [message])
    del value["contacts"]
    assert world.post(phone.body(value)) == 200
    assert "Common signs" in world.wait_for("IN.20000000000000000002", 1)[0]


def test_a_conversation_goes_on_under_a_new_number(world: World, sender: str,
                                                   assistant: Assistant) -> None:
    world.say(sender, "my hands went numb suddenly")
    world.wait_for(sender, 3)
    world.say(sender, "stop")
    world.settled(assistant.address)
    new = sender.replace("9198", "9199")
    world.send(sender, {"type": "system", "system": {
        "type": "user_changed_number", "wa_id": new, "body": "changed"}})
    world.say(new, "what are the signs?")
    until(lambda: say("utter_urgent_reminder") in world.texts(new), "the report is remembered")
    assert new not in assistant.log.read_text()


def test_another_number_of_ours_is_not_answered(world: World, sender: str,
                                                assistant: Assistant) -> None:
    assert world.post(phone.body(phone.value("999", [
        phone.message(sender, phone.text("hello"))]))) == 200
    world.settled(assistant.address)
    assert world.texts(sender) == []


def test_read_mark_for_what_is_answered_only(world: World, sender: str,
                                             assistant: Assistant) -> None:
    answered = world.say(sender, "hello")
    silent = world.send(sender, {"type": "reaction", "reaction": {"message_id": "x"}})
    world.wait_for(sender, 1)
    until(lambda: answered in world.standin.read, "the read mark")
    world.settled(assistant.address)
    assert silent not in world.standin.read


def test_a_flood_gets_one_notice_and_a_report_in_it_the_urgent_message(
        world: World, sender: str, assistant: Assistant) -> None:
    messages = [phone.message(sender, phone.text(f"tell me a joke number {count}"))
                for count in range(30)]
    messages.append(phone.message(sender, phone.text("my father suddenly cannot walk")))
    assert world.post(phone.body(phone.value(NUMBER_ID, messages))) == 200
    until(lambda: URGENT in world.texts(sender), "the urgent message")
    world.settled(assistant.address)
    texts = world.texts(sender)
    assert texts.count(say("utter_slow_down")) == 1
    assert len(texts) <= 20 + 1 + 3


def test_an_answer_to_an_old_message_is_not_sent(world: World, sender: str,
                                                 assistant: Assistant) -> None:
    before = world.get(f"{assistant.address}/webhooks/whatsapp/health")["dead"]
    world.say(sender, "hello", at=time.time() - 25 * 3600)
    assert world.settled(assistant.address)["dead"] == before + 1
    assert world.texts(sender) == []


def test_neither_words_nor_numbers_nor_secrets_are_logged(world: World, sender: str,
                                                          assistant: Assistant) -> None:
    world.say(sender, "my cousin Zebedee has a sore thumb")
    world.wait_for(sender, 1)
    log = assistant.log.read_text()
    for secret in ("Zebedee", sender, "app-secret", "access-token", "verify-token"):
        assert secret not in log


def test_a_very_long_message_is_read_in_its_first_part(world: World, sender: str) -> None:
    world.say(sender, "my father cannot move his legs since morning. " + "please help " * 300)
    texts = world.wait_for(sender, 3)
    assert texts[0] == URGENT
    assert len(texts) == 3
    assert say("utter_too_long") in texts[1] + texts[2]
