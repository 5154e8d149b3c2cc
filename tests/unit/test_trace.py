"""The chain from the document to the tests: whole in the project, and every break is found."""
from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from spinebot.ops import trace
from spinebot.ops.sentences import sentences
from spinebot.ops.trace import MIN_PHRASES, OTHER_ANSWERS, Project, TraceError, holes, load, table

WHOLE = Project(
    facts={"causes": ("causes.bleeding",), "scope": ("scope.no_figures",)},
    annex={"safety.own_case": "Telemedicine Practice Guidelines"},
    answers={"utter_ask_causes": {"general": "Bleeding does.\n• Ask your doctor.\nNo figures."}},
    citations={"utter_ask_causes": {
        "general": [["causes.bleeding"], ["safety.own_case"], ["scope.no_figures"]]}},
    intents=frozenset({"ask_causes"}),
    rules=frozenset({("ask_causes", "utter_ask_causes")}),
    stories={"ask_causes": 1},
    training={"ask_causes": MIN_PHRASES},
    tests={"ask_causes": 1})

ANSWER = "utter_ask_causes (general)"


def citing(*cited: list[str]) -> dict[str, Any]:
    return {"citations": {"utter_ask_causes": {"general": list(cited)}}}


@pytest.fixture(scope="module")
def project() -> Project:
    return load()


def test_the_project_has_no_holes(project: Project) -> None:
    assert holes(project) == []


def test_the_project_is_traced_whole(project: Project) -> None:
    assert project.sections == ("definition", "causes", "symptoms", "diagnosis", "treatment",
                                "prevention", "prognosis", "contact", "doctor")
    assert {*OTHER_ANSWERS} < set(project.answers)
    assert len(project.answers) == len(project.sections) + len(OTHER_ANSWERS)


def test_a_whole_chain_has_no_holes() -> None:
    assert holes(WHOLE) == []


@pytest.mark.parametrize(("change", "found"), [
    pytest.param({"facts": {**WHOLE.facts, "scope": ("scope.no_figures", "scope.no_address")}},
                 ["scope.no_address: no answer tells it"], id="uncited fact"),
    pytest.param({"annex": {**WHOLE.annex, "safety.numbness": "NICE CG75"}},
                 ["safety.numbness: no answer tells it"], id="uncited safety fact"),
    pytest.param({"annex": {"safety.own_case": ""}},
                 ["safety.own_case: no source"], id="safety fact without source"),
    pytest.param(citing(["causes.bleeding", "causes.moon"], ["safety.own_case"],
                        ["scope.no_figures"]),
                 [f"{ANSWER}: unknown fact causes.moon"], id="unknown fact"),
    pytest.param(citing(["causes.bleeding", "scope.no_figures"], ["safety.own_case"]),
                 [f"{ANSWER}: 3 sentences, citations for 2"], id="missing sentence"),
    pytest.param(citing(["causes.bleeding"], ["safety.own_case"], ["scope.no_figures"],
                        ["causes.bleeding"]),
                 [f"{ANSWER}: 3 sentences, citations for 4"], id="sentence too many"),
    pytest.param(citing(["causes.bleeding", "scope.no_figures"], ["safety.own_case"], []),
                 [f'{ANSWER}: cites no fact: "No figures."'], id="sentence citing nothing"),
    pytest.param({"answers": {"utter_ask_causes": {
                     **WHOLE.answers["utter_ask_causes"], "injury": "So can injury."}}},
                 ["utter_ask_causes (injury): no citations"], id="variation without citations"),
    pytest.param({"citations": {**WHOLE.citations, "utter_old": {"general": []}}},
                 ["utter_old (general): cited, but not in the domain"], id="citation of no answer"),
    pytest.param({"intents": frozenset()}, ["causes: no intent ask_causes"], id="missing intent"),
    pytest.param({"rules": frozenset({("ask_causes", "utter_ask_doctor")})},
                 ["causes: no rule from ask_causes to utter_ask_causes"], id="missing rule"),
    pytest.param({"training": {"ask_causes": MIN_PHRASES - 1}},
                 [f"causes: {MIN_PHRASES - 1} training phrases, fewer than {MIN_PHRASES}"],
                 id="too few phrases"),
    pytest.param({"stories": {}}, ["causes: no story test uses ask_causes"],
                 id="missing story test"),
    pytest.param({"tests": {}}, ["causes: no test phrase for ask_causes"],
                 id="missing test phrase"),
])
def test_a_break_is_one_hole(change: dict[str, Any], found: list[str]) -> None:
    assert holes(replace(WHOLE, **change)) == found


def test_a_section_without_answer_is_a_hole() -> None:
    assert "causes: no answer utter_ask_causes" in holes(replace(WHOLE, answers={}))


def test_the_table_has_a_row_a_section() -> None:
    head, *rows = table(WHOLE).splitlines()
    assert head.split()[:4] == ["section", "facts", "answer", "variations"]
    assert [row.split() for row in rows] == [
        ["causes", "1", "utter_ask_causes", "1", "ask_causes", "70", "1", "1"]]


@pytest.mark.parametrize(("project", "status", "last_line"), [
    (WHOLE, 0, "no holes"),
    (replace(WHOLE, tests={}), 1, "causes: no test phrase for ask_causes"),
])
def test_the_exit_status_tells_of_holes(project: Project, status: int, last_line: str,
                                        monkeypatch: pytest.MonkeyPatch,
                                        capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(trace, "load", lambda: project)
    assert trace.main() == status
    assert capsys.readouterr().out.splitlines()[-1] == last_line


def test_a_file_that_cannot_be_read_ends_the_trace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
                                                   capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(trace, "load", lambda: load(tmp_path))
    assert trace.main() == 1
    assert capsys.readouterr().err == "domain.yml is missing.\n"


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


FILES = {
    "domain.yml": """
intents: [ask_causes]
responses:
  utter_greet: [{text: Hello.}]
  utter_ask_causes:
  - {condition: [{type: slot, name: aspect, value: injury}], text: Injury.}
  - {text: Bleeding.}
""",
    "data/document/facts.yml": "causes: {causes.bleeding: Bleeding leads to it.}",
    "data/document/safety_annex.yml": "safety.own_case: {fact: Ask your doctor., source:}",
    "data/document/citations.yml": "utter_ask_causes: {general: [[causes.bleeding]]}",
    "data/rules/sections.yml":
        "rules: [{rule: one, steps: [{intent: ask_causes}, {action: utter_ask_causes}]}]",
    "data/nlu/deep/causes.yml":
        "nlu:\n- intent: ask_causes\n  examples: |\n    - why\n    - how come\n",
    "tests/stories/test_causes.yml": "stories: [{story: one, steps: [{user: why, "
                                     "intent: ask_causes}, {action: utter_ask_causes}]}]",
    "tests/nlu/test_causes.yml": "nlu: [{intent: ask_causes, examples: '- for what reason'}]",
}


def test_the_files_are_read(tmp_path: Path) -> None:
    assert load(write(tmp_path, FILES)) == Project(
        facts={"causes": ("causes.bleeding",)},
        annex={"safety.own_case": ""},
        answers={"utter_ask_causes": {"injury": "Injury.", "general": "Bleeding."}},
        citations={"utter_ask_causes": {"general": [["causes.bleeding"]]}},
        intents=frozenset({"ask_causes"}),
        rules=frozenset({("ask_causes", "utter_ask_causes")}),
        stories={"ask_causes": 1},
        training={"ask_causes": 2},
        tests={"ask_causes": 1})


@pytest.mark.parametrize(("name", "text", "message"), [
    ("data/document/facts.yml", "", "facts.yml holds no keys."),
    ("data/document/citations.yml", "utter_ask_causes: {general: [causes.bleeding]}",
     "citations.yml: utter_ask_causes needs one list of facts a sentence."),
    ("data/document/citations.yml", "utter_ask_causes: [", "citations.yml, line 1, column 20: "),
    ("domain.yml", "intents: []\nresponses: {utter_ask_causes: [{text: A.}, {text: B.}]}",
     "domain.yml: utter_ask_causes has two variations for general."),
])
def test_a_malformed_file_is_one_clear_line(tmp_path: Path, name: str, text: str,
                                            message: str) -> None:
    with pytest.raises(TraceError) as error:
        load(write(tmp_path, {**FILES, name: text}))
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("text", "found"), [
    ("It is rare. Ask us! Why? Because.", ["It is rare.", "Ask us!", "Why?", "Because."]),
    ("They vary. Common signs are:\n• weak muscles", ["They vary.", "Common signs are:",
                                                      "• weak muscles"]),
    ("• Do not wait. Do not drive.", ["• Do not wait. Do not drive."]),
    ("One.\n\n  Two.  \n", ["One.", "Two."]),
    ("Email {clinic_email}\nGo to {clinic_website}. It helps.",
     ["Email {clinic_email}", "Go to {clinic_website}.", "It helps."]),
    ("Email a.b@c.com\nGo to www.c.com. It helps.",
     ["Email a.b@c.com", "Go to www.c.com.", "It helps."]),
])
def test_sentences(text: str, found: list[str]) -> None:
    assert sentences(text) == found
