"""Settings for all tests."""

import os
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from tests import installed

# There is no deadline, because on a shared machine the time of an example says nothing. In CI the examples are the same
# in every run, so that a failure comes from the change; elsewhere they are new each time. `make test-all` takes many.
for profile, examples in (("few", 40), ("many", 200)):
    settings.register_profile(profile, deadline=None, derandomize=bool(os.environ.get("CI")), max_examples=examples)
settings.load_profile("few")

# What is compiled once is read by thousands of tests, by other workers and by every process that a test starts, even
# where containers ask Python to keep nothing.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# What a shell starts in the background ignores Ctrl-C, and so would every process that a test starts and stops.
signal.signal(signal.SIGINT, signal.default_int_handler)


LONGEST = (
    *("test_vscode.py", "test_nwfilter.py", "test_growth.py", "test_memory.py", "test_ci.py", "test_bad_input.py"),
    *("test_playground.py", "test_site.py", "test_pre_commit.py", "test_typing.py", "test_release.py"),
)
"""Files whose tests take minutes, the longest first. They begin first: one that begins last runs alone at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, and leave the order of the others."""
    places = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(LONGEST)))


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tests keep no findings in the cache of the user who runs them."""
    os.environ["VNETLINT_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the working tree."""
    return installed.wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment in which the wheel is installed. Nothing else may be installed there."""
    return installed.environment(tmp_path_factory.mktemp("installed"), wheel)
