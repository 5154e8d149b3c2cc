"""Replies become messages that the channel takes, and choices that can be tapped."""
from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spinebot.channels.said import RESPONSE_NAME
from spinebot.channels.whatsapp.compose import Words, compose, decode, next_page
from spinebot.channels.whatsapp.events import Person
from spinebot.channels.whatsapp.messages import (
    BUTTONS,
    LIST,
    TEXT,
    Composed,
    Option,
    Outgoing,
    Reply,
    from_rasa,
)
from spinebot.channels.whatsapp.meta_render import message_body
from spinebot.channels.whatsapp.twilio_api import TWILIO_LIMITS, content_fields
from spinebot.ops.whatsapp.rules import broken_rule
from spinebot.texts import domain, say, slot_values

WORDS = Words("Choose", "More", ("112", "+91 98450 00000"))
PERSON = Person("919845000000")
YES_NO = tuple(Option(title, title) for title in ("Yes", "No", "Not sure"))


def options(count: int, title: str = "Choice {}") -> tuple[Option, ...]:
    return tuple(Option(title.format(number), f"words {number}") for number in range(count))


def one(composed: Composed) -> Outgoing:
    (message,) = composed.messages
    return message


@pytest.mark.parametrize(("offered", "shape", "rows"), [
    ((), TEXT, 0), (options(1), BUTTONS, 1), (options(3), BUTTONS, 3), (options(4), LIST, 4),
    (options(10), LIST, 10), (options(11), LIST, 10), (options(40), LIST, 10),
    (options(2, "A title of 21 letters {}"[:21] + "{}"), LIST, 2), (YES_NO, BUTTONS, 3)])
def test_the_shape_follows_the_number_and_length_of_the_titles(
        offered: tuple[Option, ...], shape: str, rows: int) -> None:
    message = one(compose([Reply("", "Which?", offered)], WORDS))
    assert (message.shape, len(message.rows)) == (shape, rows)
    assert broken_rule(message_body(PERSON, message, "token", False)) is None


def test_every_choice_of_a_long_list_is_reached_page_by_page() -> None:
    offered, found = options(25), []
    reply = Reply("", "Which?", offered)
    for _ in range(3):
        composed = compose([reply], WORDS)
        rows = one(composed).rows
        more = [row for row in rows if row.id in composed.kept]
        found += [decode(row.id, row.title, None) for row in rows if row not in more]
        if more:
            assert more[0].title == "More"
            reply = next_page(composed.kept[more[0].id])
            assert reply.text == "Which?"
    assert found == [option.payload for option in offered]


def test_titles_that_look_alike_when_shortened_stay_apart() -> None:
    offered = tuple(Option("The same beginning of a title " + end, end) for end in "abcd")
    rows = one(compose([Reply("", "Which?", offered)], WORDS)).rows
    titles = [row.title for row in rows]
    assert len(set(titles)) == 4
    assert all(len(title) <= 24 for title in titles)
    assert [decode(row.id, row.title, None) for row in rows] == list("abcd")


def test_a_long_payload_is_kept_and_not_cut() -> None:
    payload = "words " * 60
    composed = compose([Reply("", "Which?", (Option("Long", payload),))], WORDS)
    row = one(composed).rows[0]
    assert len(row.id) <= 256
    assert decode(row.id, row.title, composed.kept[row.id]) == payload
    assert decode(row.id, row.title, None) is None  # too old


@pytest.mark.parametrize(("identity", "title", "words"), [
    ("s:What are the signs?", "Signs", "What are the signs?"), ("callback_data", "Yes", "Yes"),
    ("callback_data", "", "callback_data"), ("k:0", "Old", None), ("m:0", "More", None)])
def test_what_a_tap_means(identity: str, title: str, words: str) -> None:
    assert decode(identity, title, None) == words


@pytest.mark.parametrize(("length", "sends"), [(1024, 1), (1025, 2), (2000, 2)])
def test_a_body_that_is_too_long_goes_before_its_buttons(length: int, sends: int) -> None:
    text = ("word " * length)[:length - 1] + "w"
    messages = compose([Reply("", text, YES_NO)],
                       WORDS).messages
    assert [message.shape for message in messages] == [TEXT] * (sends - 1) + [BUTTONS]
    assert all(broken_rule(message_body(PERSON, message, "token", False)) is None
               for message in messages)


def test_one_response_is_one_message_even_with_blank_lines() -> None:
    assert one(compose([Reply("", "one\n\ntwo\n\nthree")], WORDS)).text == "one\n\ntwo\n\nthree"


def test_more_than_three_are_joined_and_the_urgent_one_is_spared() -> None:
    replies = [Reply("utter_urgent_advice", "Call 112"), Reply("", "a"), Reply("", "b"),
               Reply("", "c"), Reply("", "Which?", YES_NO)]
    messages = compose(replies, WORDS).messages
    assert len(messages) == 3
    assert (messages[0].text, messages[0].urgent) == ("Call 112", True)
    assert "\n\n".join(message.text for message in messages) == "Call 112\n\na\n\nb\n\nc\n\nWhich?"


@pytest.mark.parametrize("name", sorted(domain()["responses"]))
def test_every_response_of_the_domain_fits_one_message(name: str) -> None:
    for variation in domain()["responses"][name]:
        text = variation["text"].format_map({**dict.fromkeys(domain()["slots"], "not sure"),
                                             **slot_values()})
        (reply,) = from_rasa([{"text": text, "buttons": variation.get("buttons"),
                               RESPONSE_NAME: name}])
        for limits in (TWILIO_LIMITS, None):
            composed = compose([reply], WORDS, *([limits] if limits else []))
            body = message_body(PERSON, one(composed), "token", False)
            assert broken_rule(body) is None
        for button in variation.get("buttons", []):
            assert button["title"] in [row.title for row in one(composed).rows]


@pytest.mark.parametrize("plain", [True, False])
def test_a_payload_is_never_shown(plain: bool) -> None:
    message = one(compose([Reply("", "Which?", options(3))], WORDS))
    body = message_body(PERSON, message, "token", plain)
    shown = body["text"]["body"] if plain else str([
        button["reply"]["title"] for button in body["interactive"]["action"]["buttons"]])
    assert "words" not in shown
    assert "Choice 2" in shown


def test_a_sender_without_a_number_is_addressed_by_id() -> None:
    message = one(compose([Reply("", "Hello")], WORDS))
    assert message_body(Person(user_id="IN.2"), message, "t", False)["recipient"] == "IN.2"
    both = message_body(Person("919845000000", "IN.2"), message, "t", False)
    assert both["to"] == "919845000000"
    assert "recipient" not in both


def test_twilio_buttons_fill_a_template_and_lists_do_not() -> None:
    few = one(compose([Reply("", "Which?", YES_NO)], WORDS, TWILIO_LIMITS))
    fields = content_fields(few, {3: "HX3"})
    assert fields is not None
    assert fields["ContentSid"] == "HX3"
    assert '"2": "Yes", "3": "s:Yes"' in fields["ContentVariables"]
    assert content_fields(few, {2: "HX2"}) is None
    many = one(compose([Reply("", "Which?", options(5))], WORDS, TWILIO_LIMITS))
    assert content_fields(many, {3: "HX3"}) is None


def test_an_outgoing_message_survives_the_database() -> None:
    message = one(compose([Reply("utter_urgent_advice", "Call 112 😀", YES_NO)], WORDS))
    assert Outgoing.from_json(message.to_json()) == message


TITLES = st.text(min_size=1, max_size=60).filter(str.strip)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(
    st.text(min_size=1, max_size=3000).filter(str.strip),
    st.lists(st.builds(Option, TITLES, st.text(min_size=1, max_size=400).filter(str.strip)),
             max_size=14)), min_size=1, max_size=6))
def test_whatever_is_said_no_limit_is_broken(said: list[tuple[str, list[Option]]]) -> None:
    replies = [Reply("", text.strip(), tuple(offered)) for text, offered in said]
    for message in compose(replies, WORDS).messages:
        assert broken_rule(message_body(PERSON, message, "token", False)) is None


def test_the_channel_words_fit_their_places() -> None:
    assert len(say("utter_choose")) <= 20
    assert len(say("utter_more")) <= 24
