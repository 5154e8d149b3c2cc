"""Trace every fact of the document to an answer, and every answer back to facts and tests.

`python -m spinebot.ops.trace` prints one row a section, then the holes; it exits 1 if any.
"""
from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable, Mapping

import yaml

from spinebot.ops.preflight import yaml_problems
from spinebot.ops.sentences import sentences
from spinebot.paths import ROOT

MIN_PHRASES = 70  # training phrases that an intent of a section needs
GENERAL = "general"
SCOPE = "scope"  # what the article leaves open: facts to cite, but no section of their own
OTHER_ANSWERS = ("utter_ask_what_if", "utter_urgent_advice", "utter_report_recovered",
                 "utter_deny_symptoms", "utter_general_remark")


class TraceError(Exception):
    """A file that the trace needs is missing or says something that it cannot read."""


@dataclass(frozen=True)
class Project:
    """What the trace compares, without the files it came from.

    Attributes:
        facts: section -> ids of its facts.
        annex: id of a safety fact -> its source, empty where none is given.
        answers: response -> aspect -> text.
        citations: response -> aspect -> for each sentence, the ids it rests on.
        intents: intents of the domain.
        rules: pairs of an intent and the action that a rule answers it with.
        stories: intent -> number of story tests that use it.
        training: intent -> number of training phrases.
        tests: intent -> number of test phrases.
    """

    facts: Mapping[str, tuple[str, ...]]
    annex: Mapping[str, str]
    answers: Mapping[str, Mapping[str, str]]
    citations: Mapping[str, Mapping[str, list[list[str]]]]
    intents: frozenset[str]
    rules: frozenset[tuple[str, str]]
    stories: Mapping[str, int]
    training: Mapping[str, int]
    tests: Mapping[str, int]

    @property
    def sections(self) -> tuple[str, ...]:
        """Sections of the document, in its order."""
        return tuple(section for section in self.facts if section != SCOPE)


def load(root: Path = ROOT) -> Project:
    """The project that stands in `root`.

    Raises:
        TraceError: a file is missing or malformed, or two variations answer one aspect.
    """
    document = root / "data" / "document"
    domain, facts = _read(root / "domain.yml"), _read(document / "facts.yml")
    told = {*(f"utter_ask_{section}" for section in facts), *OTHER_ANSWERS}
    return Project(
        facts={section: tuple(ids) for section, ids in facts.items()},
        annex={fact: entry.get("source") or ""
               for fact, entry in _read(document / "safety_annex.yml").items()},
        answers={name: _variations(name, response)
                 for name, response in domain["responses"].items() if name in told},
        citations=_citations(document / "citations.yml"),
        intents=frozenset(domain["intents"]),
        rules=_rules(root.glob("data/rules/**/*.yml")),
        stories=_stories(root.glob("tests/stories/test_*.yml")),
        training=_phrases(root.glob("data/nlu/**/*.yml")),
        tests=_phrases(root.glob("tests/nlu/test_*.yml")))


def _read(path: Path) -> dict[str, Any]:
    for problem in yaml_problems([path], path.parent):
        raise TraceError(problem)
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise TraceError(f"{path.name} holds no keys.")
    return content


def _citations(path: Path) -> dict[str, Any]:
    content = _read(path)
    for response, aspects in content.items():
        if not (isinstance(aspects, dict) and all(
                isinstance(cited, list) and all(isinstance(ids, list) for ids in cited)
                for cited in aspects.values())):
            raise TraceError(f"{path.name}: {response} needs one list of facts a sentence.")
    return content


def _variations(name: str, response: list[dict[str, Any]]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for variation in response:
        aspect = next((condition["value"] for condition in variation.get("condition", [])
                       if condition["name"] == "aspect"), GENERAL)
        if aspect in texts:  # Rasa would pick one at random, and citations fit only one
            raise TraceError(f"domain.yml: {name} has two variations for {aspect}.")
        texts[aspect] = variation["text"]
    return texts


def _rules(paths: Iterable[Path]) -> frozenset[tuple[str, str]]:
    walks = [rule["steps"] for path in paths for rule in _read(path).get("rules", [])]
    return frozenset((step["intent"], after["action"]) for steps in walks
                     for step, after in zip(steps, steps[1:])
                     if "intent" in step and "action" in after)


def _stories(paths: Iterable[Path]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for path in paths:
        for story in _read(path).get("stories", []):
            counts.update({step["intent"] for step in story["steps"] if "intent" in step})
    return counts


def _phrases(paths: Iterable[Path]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for path in paths:
        for block in _read(path).get("nlu", []):
            if "intent" in block:
                counts[block["intent"]] += sum(
                    line.lstrip().startswith("-") for line in block["examples"].splitlines())
    return counts


def holes(project: Project) -> list[str]:
    """What breaks the chain from the document to the tests, one line each."""
    return [*_fact_holes(project), *_answer_holes(project), *_section_holes(project)]


def _fact_holes(project: Project) -> list[str]:
    cited = {fact for aspects in project.citations.values() for lists in aspects.values()
             for ids in lists for fact in ids}
    return ([f"{fact}: no answer tells it" for fact in _known(project) if fact not in cited]
            + [f"{fact}: no source" for fact, source in project.annex.items() if not source])


def _known(project: Project) -> list[str]:
    return [*(fact for ids in project.facts.values() for fact in ids), *project.annex]


def _answer_holes(project: Project) -> list[str]:
    known = set(_known(project))
    found: list[str] = []
    for response, aspects in project.answers.items():
        for aspect, text in aspects.items():
            where = f"{response} ({aspect})"
            cited = project.citations.get(response, {}).get(aspect)
            if cited is None:
                found.append(f"{where}: no citations")
                continue
            told = sentences(text)
            if len(told) != len(cited):
                found.append(f"{where}: {len(told)} sentences, citations for {len(cited)}")
            found += [f'{where}: cites no fact: "{sentence}"'
                      for sentence, ids in zip(told, cited) if not ids]
            found += [f"{where}: unknown fact {fact}"
                      for ids in cited for fact in ids if fact not in known]
    # what nobody reads any more must not keep a fact alive
    return found + [f"{response} ({aspect}): cited, but not in the domain"
                    for response, aspects in project.citations.items() for aspect in aspects
                    if aspect not in project.answers.get(response, {})]


def _section_holes(project: Project) -> list[str]:
    found: list[str] = []
    for section in project.sections:
        intent, answer = f"ask_{section}", f"utter_ask_{section}"
        phrases = project.training.get(intent, 0)
        checks = (
            (answer in project.answers, f"no answer {answer}"),
            (intent in project.intents, f"no intent {intent}"),
            ((intent, answer) in project.rules, f"no rule from {intent} to {answer}"),
            (phrases >= MIN_PHRASES, f"{phrases} training phrases, fewer than {MIN_PHRASES}"),
            (intent in project.stories, f"no story test uses {intent}"),
            (intent in project.tests, f"no test phrase for {intent}"))
        found += [f"{section}: {hole}" for right, hole in checks if not right]
    return found


def table(project: Project) -> str:
    """One line a section: from its facts to its tests."""
    rows = [["section", "facts", "answer", "variations", "intent", "training phrases",
             "story tests", "test phrases"]]
    for section in project.sections:
        intent, answer = f"ask_{section}", f"utter_ask_{section}"
        rows.append([section, str(len(project.facts[section])), answer,
                     str(len(project.answers.get(answer, {}))), intent,
                     *(str(counts.get(intent, 0))
                       for counts in (project.training, project.stories, project.tests))])
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def main() -> int:
    """Print the table and the holes; 1 if there are any."""
    try:
        project = load()
    except TraceError as error:
        print(error, file=sys.stderr)
        return 1
    found = holes(project)
    print(table(project), *(found or ["no holes"]), sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
