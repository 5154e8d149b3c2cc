"""Checks before a start: each problem is one clear line."""
from __future__ import annotations

import socket
from pathlib import Path

import pytest

from spinebot.ops.environment import HOST
from spinebot.ops.preflight import port_problems, project_files, yaml_problems
from spinebot.paths import ROOT


@pytest.mark.parametrize(("content", "problem"), [
    (b"a: 1\nb: [1, 2\n", "domain.yml, line 3, column 1: "),
    (b"a: 1\n\tb: 2\n", "domain.yml, line 2, column 1: "),
    (b"a: b: c\n", "domain.yml, line 1, column 5: "),
    (b"- one\ntwo: 2\n", "domain.yml, line 2, column 1: "),
    (b"text: *nowhere\n", "domain.yml, line 1, column 7: "),
    (b'text: "open\n', "domain.yml, line 2, column 1: "),
    (b"text: \xff\n", "domain.yml is not UTF-8 (byte 6)."),
    (b"text: \x01\n", "domain.yml: "),
])
def test_a_broken_file_is_one_line_with_its_place(tmp_path: Path, content: bytes,
                                                  problem: str) -> None:
    path = tmp_path / "domain.yml"
    path.write_bytes(content)
    found = yaml_problems([path], tmp_path)
    assert len(found) == 1
    assert found[0].startswith(problem)
    assert "\n" not in found[0]
    assert str(tmp_path) not in found[0]


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    assert yaml_problems([tmp_path / "data" / "rules.yml"], tmp_path) == [
        "data/rules.yml is missing."]


def test_each_broken_file_is_told_and_the_good_ones_are_not(tmp_path: Path) -> None:
    for name, text in (("good.yml", "a: 1"), ("bad.yml", "a: ["), ("empty.yml", "")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = yaml_problems([tmp_path / name for name in
                           ("good.yml", "bad.yml", "empty.yml", "gone.yml")], tmp_path)
    assert [line.split()[0].rstrip(",") for line in found] == ["bad.yml", "gone.yml"]


def test_all_files_of_the_project_are_fine() -> None:
    assert yaml_problems(project_files()) == []


@pytest.mark.parametrize("name", [
    "config.yml", "domain.yml", "endpoints.yml", "credentials.yml", "data/rules/sections.yml",
    "data/document/facts.yml", "data/nlu/red_flags/weakness.yml",
    "spinebot/red_flags/vocabulary.yml"])
def test_the_files_that_rasa_and_the_assistant_read_are_checked(name: str) -> None:
    assert ROOT / name in set(project_files())


def test_a_missing_project_file_is_told_by_its_name(tmp_path: Path) -> None:
    assert yaml_problems(project_files(tmp_path), tmp_path) == [
        f"{name}.yml is missing." for name in ("config", "domain", "endpoints", "credentials")]


def test_a_taken_port_is_one_line_that_says_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        found = port_problems({"SPINEBOT_PORT": port}, HOST)
    assert len(found) == 1
    assert found[0].startswith(f"Port {port} is taken.")
    assert "SPINEBOT_PORT=" in found[0]
    assert "\n" not in found[0]


def test_a_free_port_is_no_problem_and_stays_free() -> None:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    assert port_problems({"SPINEBOT_PORT": port}, HOST) == []
    assert port_problems({"SPINEBOT_PORT": port}, HOST) == []


def test_only_the_taken_port_of_two_is_told() -> None:
    with socket.socket() as taken, socket.socket() as free:
        taken.bind((HOST, 0))
        taken.listen()
        free.bind((HOST, 0))
        ports = {"SPINEBOT_PORT": free.getsockname()[1],
                 "SPINEBOT_ACTIONS_PORT": taken.getsockname()[1]}
        free.close()
        found = port_problems(ports, HOST)
    assert [line for line in found if "SPINEBOT_ACTIONS_PORT" in line] == found != []
