"""One installation for the whole run; every test finds it whole, and leaves it so."""
from __future__ import annotations

import os
from pathlib import Path
from typing import Iterator

import pytest

from spinebot.ops.cluster import Cluster
from tests.channels.whatsapp.world import World
from tests.production import phones
from tests.production.health import mend, wait_whole
from tests.production.report import Report

VARIABLE = "SPINEBOT_PRODUCTION"  # "short": what `make production-sample` runs
WORKERS = 2


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "sample: also in the short run")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In the short run only the tests that are marked for it."""
    if not short():
        return
    here = Path(__file__).parent
    left_out = [item for item in items
                if here in item.path.parents and item.get_closest_marker("sample") is None]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def short() -> bool:
    """Whether this is the short run."""
    return os.environ.get(VARIABLE) == "short"


@pytest.fixture(scope="session")
def report() -> Report:
    return Report()


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """A stand-in for Meta, and the phones behind it."""
    made = World()
    yield made
    made.close()


@pytest.fixture(scope="session")
def running(world: World) -> Iterator[Cluster]:
    """The installation, whatever state a test left it in; tests ask for `cluster`."""
    try:
        made = Cluster(workers=WORKERS, environment=phones.environment(world))
    except RuntimeError as missing:
        pytest.skip(str(missing))
    with made:
        yield made


@pytest.fixture()
def cluster(running: Cluster) -> Iterator[Cluster]:
    """The installation with all its parts working."""
    wait_whole(running)
    yield running
    mend(running)
