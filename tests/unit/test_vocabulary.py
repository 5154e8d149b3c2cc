"""The vocabulary's loader: a slip in the file stops it with one clear sentence."""
from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import pytest
import yaml

from spinebot.red_flags.vocabulary import VOCABULARY, VocabularyError, vocabulary

Change = Callable[[dict[str, Any]], object]


@pytest.fixture(autouse=True)
def forget_what_was_loaded() -> Any:
    yield
    vocabulary.cache_clear()


def small() -> dict[str, Any]:
    return {
        "words": {"limb": "leg|arm"},
        "findings": {"weakness": {"source": "document", "present": ["weak% ... $limb"],
                                  "absent": ["$limb fine|ok"]}},
        "persons": ["dad|mum"], "procedures": ["epidural%"],
        "contexts": {"past": ["years ago"]}, "askers": "what", "negators": "no|not",
        "scope_ends": "but|.", "after_answers": "no", "other_time": "yesterday", "copulas": "hai",
        "clause_starts": "i|my",
        "doubters": "barely", "unsure": "sure"}


def write(folder: Path, content: dict[str, Any]) -> Path:
    path = folder / "vocabulary.yml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def labels(path: Path, text: str) -> set[str]:
    loaded = vocabulary(path)
    doc = loaded.language.make_doc(text)
    return {doc.vocab.strings[key] for key, _, _ in loaded.matcher(doc)}


@pytest.mark.parametrize(("text", "found"), [
    ("weak in one leg", {"weakness/present"}),
    ("Weakness of the LEG", {"weakness/present"}),
    ("weak and very very very tired leg", set()),
    ("weak, leg", set()),
    ("leg ok", {"weakness/absent"}),
    ("legs ok", set()),
    ("my dad after two epidurals", {"person", "procedure"}),
    ("two years ago", {"context/past"}),
    ("nothing of the kind", set()),
])
def test_patterns_read_as_the_file_says(tmp_path: Path, text: str, found: set[str]) -> None:
    assert labels(write(tmp_path, small()), text) == found


def test_word_lists_are_split(tmp_path: Path) -> None:
    loaded = vocabulary(write(tmp_path, small()))
    assert loaded.negators == {"no", "not"}
    assert loaded.scope_ends == {"but", "."}
    assert loaded.findings == ("weakness",)


@pytest.mark.parametrize(("change", "message"), [
    pytest.param(lambda data: data.update(negatorz="no"), "negatorz", id="unknown key"),
    pytest.param(lambda data: data["findings"]["weakness"].update(presnt=[]), "presnt",
                 id="unknown key of a finding"),
    *(pytest.param(lambda data, key=key: data.pop(key), key, id=f"no {key}")
      for key in sorted(small())),
    *(pytest.param(lambda data, key=key: data["findings"]["weakness"].pop(key),
                   f"weakness: keys ['{key}']", id=f"finding without {key}")
      for key in ("source", "present", "absent")),
    pytest.param(lambda data: data["words"].clear(), "$limb", id="undefined name in a finding"),
    pytest.param(lambda data: data["persons"].append("my $kin"), "$kin",
                 id="undefined name in persons"),
    pytest.param(lambda data: data["procedures"].append("after|$ops"), "$ops",
                 id="undefined name in procedures"),
])
def test_a_slip_is_refused_by_name(tmp_path: Path, change: Change, message: str) -> None:
    content = small()
    change(content)
    with pytest.raises(VocabularyError) as error:
        vocabulary(write(tmp_path, content))
    assert message in str(error.value)


def test_every_finding_of_the_project_names_its_source() -> None:
    findings = yaml.safe_load(VOCABULARY.read_text(encoding="utf-8"))["findings"]
    assert {finding["source"] for finding in findings.values()} == {"document", "annex"}
