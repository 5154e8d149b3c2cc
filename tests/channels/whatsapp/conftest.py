"""One assistant for the tests that need no crash, and a stand-in for Meta beside it."""
from __future__ import annotations

import itertools
from typing import Iterator

import pytest

from tests.channels.whatsapp.world import Actions, Assistant, World

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def actions() -> Iterator[Actions]:
    started = Actions()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


@pytest.fixture(scope="module")
def assistant(world: World, actions: Actions,
              tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("assistant")
    started = Assistant(folder, world.api, actions.port, GATE=str(folder / "gate"))
    started.wait()
    world.point_at(started)
    yield started
    started.stop()


@pytest.fixture()
def sender() -> str:
    """A visitor's number, a new one each time."""
    return f"91984500{next(_numbers):04d}"
