"""What the journal keeps, and for whom."""
from __future__ import annotations

import os
from pathlib import Path

import pytest
from rasa.shared.core.events import UserUttered

from spinebot.stores.journal import Journal
from spinebot.stores.schema import StoredTurn, turn_of


def turn(text: str) -> StoredTurn:
    return turn_of("visitor", [UserUttered(text, message_id=text)], None)


def test_it_gives_back_what_it_took_until_it_is_cleared(tmp_path: Path) -> None:
    journal, turns = Journal(tmp_path), [turn("one\n\u2028 line"), turn("two\0 \ud800")]
    for each in turns:
        journal.append(each)
    assert journal.turns() == turns
    journal.clear()
    third = turn("three")
    journal.append(third)
    assert journal.turns() == [third]


def test_only_the_operator_reads_it(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.append(turn("numb"))
    journal.refuse(turn("numb"))
    assert [oct(path.stat().st_mode & 0o777) for path in sorted((tmp_path / "journal").iterdir())
            ] == ["0o600"] * 2
    assert (tmp_path / "journal").stat().st_mode & 0o777 == 0o700


def test_a_living_process_keeps_its_own(tmp_path: Path) -> None:
    living, other = Journal(tmp_path), Journal(tmp_path)
    living.append(turn("one"))
    assert other.adopt() == []
    living.close()  # as its death does
    assert [each.key for each in other.adopt()] == [turn("one").key]
    assert [each.key for each in other.turns()] == [turn("one").key]
    assert Journal(tmp_path).adopt() == []


def test_a_line_that_was_cut_off_costs_no_other(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append(turn("one"))
    journal.close()
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:40])
    assert [each.key for each in Journal(tmp_path).adopt()] == [turn("one").key]


def test_a_folder_that_cannot_be_made_loses_nothing_while_the_process_lives(
        tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("")
    journal = Journal(tmp_path / "file" / "journal")
    journal.append(turn("a secret"))
    assert [each.key for each in journal.turns()] == [turn("a secret").key]
    assert "cannot be written" in caplog.text
    assert "a secret" not in caplog.text
    assert os.listdir(tmp_path) == ["file"]
