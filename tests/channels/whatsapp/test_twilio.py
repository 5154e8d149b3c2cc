"""The same core behind Twilio: signatures, blank fields, pictures, duplicates, retries."""
from __future__ import annotations

import json
from typing import Any, Iterator

import pytest

from spinebot.ops.whatsapp.standin import Fault
from spinebot.ops.whatsapp.twilio_standin import TwilioStandIn, incoming, signed
from spinebot.texts import say
from tests.channels.whatsapp.world import Actions, Assistant, World, until
from tests.ports import free_port

ACCOUNT, SECRET, NUMBER = "AC0000000000000000000000000000test", "token-of-a-test", "919845099999"
PUBLIC = "https://bot.example/webhooks/whatsapp_twilio/webhook"
URGENT = say("utter_urgent_advice")


class Twilio:
    """The stand-in, and posts to our webhook as Twilio signs them."""

    def __init__(self, world: World, standin: TwilioStandIn, address: str) -> None:
        self.world, self.standin = world, standin
        self.world.webhook = f"{address}/webhooks/whatsapp_twilio/webhook"
        self.health = f"{address}/webhooks/whatsapp_twilio/health"

    def post(self, form: dict[str, str], query: str = "", secret: str = SECRET) -> int:
        body, headers = signed(secret, PUBLIC + query, form)
        before, self.world.webhook = self.world.webhook, self.world.webhook + query
        try:
            return self.world.post(body, **headers)
        finally:
            self.world.webhook = before

    def say(self, sender: str, words: str = "", **fields: str) -> dict[str, str]:
        form = incoming(ACCOUNT, sender, NUMBER, Body=words, **fields)
        assert self.post(form) == 200
        return form

    def forms(self, sender: str, count: int) -> list[dict[str, str]]:
        def shown() -> list[dict[str, str]]:
            return [form for form in list(self.standin.received)
                    if form["To"] == f"whatsapp:+{sender}"]
        return list(until(lambda: len(shown()) >= count and shown(), f"{count} for {sender}"))

    def settled(self) -> dict[str, Any]:
        def quiet() -> Any:
            health = self.world.get(self.health)
            return health if health["unanswered"] == health["unsent"] == 0 else None
        return dict(until(quiet, "empty queues"))


@pytest.fixture(scope="module")
def twilio(world: World, actions: Actions,
           tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twilio]:
    standin, port = TwilioStandIn(ACCOUNT, SECRET), free_port()
    runner = world.loop.run(standin.start(port))
    running = Assistant(
        tmp_path_factory.mktemp("twilio"), world.api, actions.port, SPINEBOT_WHATSAPP="twilio",
        SPINEBOT_TWILIO_ACCOUNT_SID=ACCOUNT, SPINEBOT_TWILIO_AUTH_TOKEN=SECRET,
        SPINEBOT_TWILIO_NUMBER=NUMBER, SPINEBOT_TWILIO_WEBHOOK_URL=PUBLIC,
        SPINEBOT_TWILIO_API=f"http://127.0.0.1:{port}", SPINEBOT_TWILIO_CONTENT_3="HX3")
    running.wait("/webhooks/whatsapp_twilio/health")
    yield Twilio(world, standin, running.address)
    running.stop()
    world.loop.run(runner.cleanup())


def test_a_report_is_answered_first_with_the_urgent_message(twilio: Twilio, sender: str) -> None:
    twilio.say(sender, "my father suddenly cannot move his legs")
    forms = twilio.forms(sender, 3)
    assert forms[0]["Body"] == URGENT
    assert forms[2]["ContentSid"] == "HX3"


def test_buttons_fill_a_template_and_a_tap_is_understood(twilio: Twilio, sender: str) -> None:
    twilio.say(sender, "what is a spinal hematoma?")
    (form,) = twilio.forms(sender, 1)
    values = json.loads(form["ContentVariables"])
    assert [values["2"], values["4"], values["6"]] == ["Causes", "Signs", "Treatment"]
    twilio.say(sender, "Treatment", ButtonPayload=values["7"], ButtonText="Treatment")
    assert "The blood is drained" in json.loads(twilio.forms(sender, 2)[1]["ContentVariables"])["1"]


def test_without_a_template_options_are_numbered_and_can_be_typed(twilio: Twilio,
                                                                  sender: str) -> None:
    twilio.standin.faults = lambda form: (Fault(400, 100) if "ContentSid" in form
                                          and sender in form["To"] else None)
    twilio.say(sender, "what is a spinal hematoma?")
    assert twilio.forms(sender, 1)[0]["Body"].endswith("1. Causes\n2. Signs\n3. Treatment")
    twilio.say(sender, "3")
    assert "The blood is drained" in twilio.forms(sender, 2)[1]["Body"]


@pytest.mark.parametrize("fields", [
    {"NumMedia": "1", "MediaUrl0": "https://media.example/1", "MediaContentType0": "image/jpeg"},
    {"Latitude": "12.9", "Longitude": "77.6"}], ids=["picture", "place"])
def test_without_words_the_visitor_is_asked_to_write(twilio: Twilio, sender: str,
                                                     fields: dict[str, str]) -> None:
    twilio.say(sender, "", **fields)
    assert twilio.forms(sender, 1)[0]["Body"] == say("utter_text_only")


def test_a_second_delivery_is_not_answered(twilio: Twilio, sender: str) -> None:
    form = twilio.say(sender, "goodbye")
    assert twilio.post(form) == 200
    twilio.settled()
    assert len(twilio.forms(sender, 1)) == 1


def test_what_twilio_did_not_sign_is_refused(twilio: Twilio, sender: str) -> None:
    form = incoming(ACCOUNT, sender, NUMBER, Body="hello")
    assert twilio.post(form, secret="another") == 401
    assert twilio.world.post(b"Body=hello", **{"X-Twilio-Signature": "é"}) == 401


def test_a_failed_send_is_tried_again(twilio: Twilio, sender: str) -> None:
    left = [Fault(429, 20429), Fault(503)]
    twilio.standin.faults = lambda form: left.pop() if left and sender in form["To"] else None
    twilio.say(sender, "goodbye")
    assert len(twilio.forms(sender, 1)) == 1


def test_a_status_is_matched_by_our_mark(twilio: Twilio, sender: str) -> None:
    twilio.say(sender, "goodbye")
    (form,) = twilio.forms(sender, 1)
    before = twilio.settled()["dead"]
    address, query = form["StatusCallback"].split("?")
    assert address == PUBLIC
    status = {"AccountSid": ACCOUNT, "MessageSid": "SM-unknown", "MessageStatus": "undelivered",
              "ErrorCode": "63016"}
    assert twilio.post(status, query=f"?{query}") == 200
    assert twilio.settled()["dead"] == before + 1


def test_a_typed_slash_is_text(twilio: Twilio, sender: str) -> None:
    twilio.say(sender, "my leg is suddenly weak")
    twilio.forms(sender, 3)
    twilio.say(sender, "/restart")
    twilio.forms(sender, 4)
    twilio.say(sender, "stop")
    until(lambda: twilio.forms(sender, 5)[-1].get("Body") == URGENT, "the promise at the end")


def test_no_limit_was_broken(twilio: Twilio) -> None:
    assert twilio.standin.broken == []
