"""Two processes' desks on one PostgreSQL: exactly once and in order, also when one of them dies."""
from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any, Awaitable, Callable, Iterator

import pytest

from spinebot.channels.whatsapp import people
from spinebot.channels.whatsapp.answer import Answerer
from spinebot.channels.whatsapp.codes import Outcome, Verdict
from spinebot.channels.whatsapp.compose import Limits
from spinebot.channels.whatsapp.database import Database, beside
from spinebot.channels.whatsapp.desk import Desk
from spinebot.channels.whatsapp.events import Delivery, Message, Person, Words
from tests.ports import free_port

pytestmark = pytest.mark.skipif(not shutil.which("initdb"), reason="PostgreSQL is not here")
PEOPLE, EACH = 20, 4


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL of its own; its programs refuse to run as root."""
    folder = tmp_path_factory.mktemp("postgres")
    user: dict[str, Any] = {}
    if os.getuid() == 0:
        account = pwd.getpwnam("postgres")
        user = {"user": account.pw_uid, "group": account.pw_gid}
        for path in (folder, *list(folder.parents)[:2]):
            os.chmod(path, 0o755)
        os.chown(folder, account.pw_uid, account.pw_gid)
    data, port = folder / "data", free_port()
    run: Callable[..., Any] = lambda *words: subprocess.run(  # noqa: E731
        words, check=True, cwd=folder, stdout=subprocess.DEVNULL, **user)
    run("initdb", "-A", "trust", "-U", "test", "-D", str(data))
    options = f"-p {port} -k {folder} -h 127.0.0.1 -c fsync=off"
    run("pg_ctl", "-w", "-D", str(data), "-l", str(folder / "log"), "-o", options, "start")
    yield f"postgresql://test@127.0.0.1:{port}/postgres"
    run("pg_ctl", "-w", "-m", "immediate", "-D", str(data), "stop")


class Phones:
    """A provider that takes everything; what each phone shows."""

    limits, plain = Limits(), False

    def __init__(self, shown: dict[str, list[str]]) -> None:
        self.shown = shown

    async def open(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    async def send(self, due: Any) -> Outcome:
        self.shown[due.person.phone].append(due.message.text)
        return Outcome(Verdict.SENT, f"wamid.{due.token}")

    async def seen(self, _: str) -> None:
        """Nobody sees it."""


async def echo(message: Any) -> None:
    await asyncio.sleep(0)
    await message.output_channel.send_text_message(message.sender_id, message.text)


def desk(url: str, shown: dict[str, list[str]],
         turn: Callable[[Any], Awaitable[Any]] = echo) -> Desk:
    database = Database(url)
    database.create()
    return Desk("whatsapp", database, Phones(shown),
                Answerer(turn, lambda: None, "whatsapp"), 0.02)


def message(number: int, place: int) -> Message:
    return Message(f"wamid.{number}.{place}", Person(f"9198450{number:05d}"),
                   Words(f"message {place}"), 1_700_000_000.0 + place)


@pytest.fixture(autouse=True)
def window(monkeypatch: pytest.MonkeyPatch) -> None:
    """The messages of these tests are old, so that their order is sure."""
    monkeypatch.setattr("spinebot.channels.whatsapp.outbox.WINDOW_SECONDS", 1e12)


async def quiet(one: Desk) -> None:
    async def empty() -> None:
        while True:
            health = await one.health()
            if health["unanswered"] == health["unsent"] == 0:
                return
            await asyncio.sleep(0.05)
    await asyncio.wait_for(empty(), 120)


def test_two_processes_answer_once_and_in_order(url: str) -> None:
    shown: dict[str, list[str]] = defaultdict(list)

    async def story() -> None:
        desks = [desk(url, shown), desk(url, shown)]
        for one in desks:
            await one.start()

        async def visit(number: int) -> None:
            for place in range(EACH):
                delivery = Delivery((message(number, place),))
                await desks[(number + place) % 2].accept(delivery)
                await desks[place % 2].accept(delivery)  # and once more
        await asyncio.gather(*map(visit, range(PEOPLE)))
        await quiet(desks[0])
        for one in desks:
            await one.stop()

    asyncio.run(story())
    assert dict(shown) == {f"9198450{number:05d}": [f"message {place}" for place in range(EACH)]
                           for number in range(PEOPLE)}


def test_another_process_takes_over_when_one_dies(url: str,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "LEASE_SECONDS", 0.5)
    shown: dict[str, list[str]] = defaultdict(list)

    async def hang(_: Any) -> None:
        await asyncio.Event().wait()

    async def story() -> None:
        dying = desk(url, shown, hang)
        await dying.start()
        await dying.accept(Delivery((message(900, 0),)))
        while (await dying.health())["unanswered"] != 1:
            await asyncio.sleep(0.01)
        heir = desk(url, shown)
        await heir.start()
        await quiet(heir)
        await heir.stop()
        dying._answers._open = False  # it never comes back
    asyncio.run(story())
    assert shown["919845000900"] == ["message 0"]


class Store:
    """Rasa's tracker store in its wrappers."""

    def __init__(self, engine: Any) -> None:
        self._tracker_store = type("Sql", (), {"engine": engine})()


def test_inbox_and_outbox_lie_beside_a_tracker_store_in_postgresql(url: str,
                                                                   tmp_path: Path) -> None:
    import sqlalchemy as sa
    assert beside(Store(sa.create_engine(url))) == url
    sqlite = Store(sa.create_engine(f"sqlite:///{tmp_path / 'talks.db'}"))
    assert beside(sqlite).endswith("whatsapp.db")
    assert beside(None).endswith("whatsapp.db")
