"""From a message to a feature row, and from rows to labels."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from spinebot.nlu.encoder import Encoder, EncoderMissing, shared_encoder
from spinebot.nlu.encoder_export import WIDTH
from spinebot.nlu.features import RULE_COLUMNS, featurise, normalise
from spinebot.nlu.linear_model import LinearModel
from spinebot.paths import ENCODER, encoder_exported

needs_encoder = pytest.mark.skipif(
    not encoder_exported(ENCODER), reason="no encoder in models/encoder; `make train` writes it")


@pytest.mark.parametrize(("text", "clean"), [
    ("My Legs Are NUMB", "my legs are numb"),
    ("I can’t walk", "i can't walk"),
    ("soooooo numb", "soo numb"),
    ("help!!!!!", "help!!!!!"),
    ("  two \n\t lines\u00a0here ", "two lines here"),
    ("ｎｕｍｂ ﬁngers", "numb fingers"),
    ("", ""),
    ("मेरे पैर", "मेरे पैर"),
    ("my legs 😰 are numb 🙏🏽❤️", "my legs are numb"),
    ("🙏🙏", "🙏🙏"),
])
def test_spelling_is_evened_out(text: str, clean: str) -> None:
    assert normalise(text) == clean
    assert normalise(clean) == clean


ROWS = csr_matrix(np.array([[1, 0, 0], [.9, .1, 0], [0, 1, 0], [.1, .9, 0], [0, 0, 1],
                            [0, .1, .9]], np.float32))


@pytest.mark.parametrize("labels", [
    ["greet", "greet", "stop", "stop", "thank", "thank"],
    ["greet", "greet", "stop", "stop", "stop", "stop"],  # two classes are kept differently
])
def test_a_model_tells_its_labels_before_and_after_it_was_stored(tmp_path: Path,
                                                                 labels: list[str]) -> None:
    fitted = LinearModel.fit(ROWS, labels)
    fitted.save(tmp_path / "intents.npz")
    loaded = LinearModel.load(tmp_path / "intents.npz")
    assert loaded.labels == fitted.labels == sorted(set(labels))
    for model in (fitted, loaded):
        shares = model.probabilities(ROWS)
        assert shares.shape == (len(labels), len(set(labels)))
        assert shares.sum(axis=1) == pytest.approx(1)
        assert [model.labels[best] for best in shares.argmax(axis=1)] == labels
    assert loaded.probabilities(ROWS) == pytest.approx(fitted.probabilities(ROWS), abs=0.01)


def test_a_model_needs_two_labels() -> None:
    with pytest.raises(ValueError):
        LinearModel.fit(ROWS, ["greet"] * 6)


def test_a_missing_encoder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EncoderMissing, match="make train"):
        Encoder(tmp_path)


@needs_encoder
@pytest.mark.parametrize(("text", "similar", "unrelated"), [
    ("my legs are numb", "I have no feeling in my legs", "what is the phone number"),
    ("how is it treated", "what is the treatment", "my mother cannot stand up"),
    ("what are the symptoms", "which signs should I look for", "who is the doctor"),
    ("I cannot pass urine", "I am unable to pee", "can it be prevented"),
    ("hello", "good morning", "blood thinners and the spine"),
    ("he can't walk", "he is not able to walk", "book an appointment for Friday"),
])
def test_similar_sentences_are_nearer_than_unrelated_ones(text: str, similar: str,
                                                          unrelated: str) -> None:
    one, near, far = shared_encoder().encode([text, similar, unrelated])
    assert one @ near > one @ far


@needs_encoder
def test_vectors_keep_the_order_of_the_texts_and_do_not_depend_on_their_company() -> None:
    texts = ["what is a spinal hematoma and how is it treated in hospital", "hello", ""]
    together = Encoder(ENCODER).encode(texts)
    assert together.shape == (3, WIDTH)
    assert np.isfinite(together).all()
    for text, vector in zip(texts, together):
        assert (Encoder(ENCODER).encode([text])[0] == vector).all()


@needs_encoder
def test_a_text_seen_before_gives_the_same_vector_again() -> None:
    encoder = Encoder(ENCODER)
    first = encoder.encode(["hello", "goodbye"])
    again = encoder.encode(["goodbye", "new", "hello"])
    assert (again[[2, 0]] == first).all()


@needs_encoder
def test_a_sign_and_its_denial_differ_where_the_rules_are_heard() -> None:
    rows = featurise(shared_encoder(), ["I can walk", "I can't walk", "I CAN’T   walk"]).toarray()
    assert (rows[0, -RULE_COLUMNS:] != rows[1, -RULE_COLUMNS:]).any()
    assert (rows[1] == rows[2]).all()
