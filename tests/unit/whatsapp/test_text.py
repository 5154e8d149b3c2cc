"""Texts are measured, shortened and split without harm to words, emoji and contacts."""
from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spinebot.channels.whatsapp.text import graphemes, shorten, size, split

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(("text", "length"), [
    ("", 0), ("abc", 3), ("é", 1), ("😀", 2), (FAMILY, 11), ("क्षि", 4)])
def test_size_counts_as_the_strictest_reader_does(text: str, length: int) -> None:
    assert size(text) == length


@pytest.mark.parametrize(("text", "limit", "short"), [
    ("Treatment", 20, "Treatment"), ("  two \n words ", 20, "two words"),
    ("Contact the clinic and the doctor", 20, "Contact the clinic…"),
    ("a" * 21, 20, "a" * 19 + "…"), ("a" * 20, 20, "a" * 20),
    (FAMILY * 3, 20, FAMILY + "…"), ("ab " + FAMILY * 2, 13, "ab…")])
def test_shorten(text: str, limit: int, short: str) -> None:
    assert shorten(text, limit) == short
    assert size(shorten(text, limit)) <= limit


@pytest.mark.parametrize(("length", "pieces"), [(1, 1), (4095, 1), (4096, 1), (4097, 2),
                                                (8192, 2), (8193, 3)])
def test_a_text_is_split_where_the_limit_says(length: int, pieces: int) -> None:
    assert [size(piece) <= 4096 for piece in split("a" * length, 4096)] == [True] * pieces


def test_lines_go_before_sentences_and_sentences_before_words() -> None:
    assert split("one two.\nthree four.", 12) == ["one two.", "three four."]
    assert split("one two. three four.", 12) == ["one two.", "three four."]
    assert split("one two three four", 9) == ["one two", "three", "four"]


def test_the_emergency_line_stays_with_the_contacts() -> None:
    text = ("word " * 15 + "\nCall 112 now.\nPlease.\nPhone +91 98450 00000\n" + "word " * 15)
    pieces = split(text, 90, "112", ("+91 98450 00000",))
    assert [piece for piece in pieces if "112" in piece] == [
        piece for piece in pieces if "98450" in piece]
    assert all(size(piece) <= 90 for piece in pieces)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(["a", "b ", ". ", "\n", "é", "😀", FAMILY, "🇮🇳", "क्षि "]),
                max_size=200).map("".join), st.integers(24, 80))
def test_nothing_is_lost_and_no_character_is_cut(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert all(0 < size(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert [grapheme for piece in pieces for grapheme in graphemes(piece)
            if grapheme.strip()] == [grapheme for grapheme in graphemes(text) if grapheme.strip()]
