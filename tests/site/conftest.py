"""The site, built once for the tests that read it: warnings of the build fail them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_architecture import ROOT


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a site with two versions; its pages are files."""
    folder = tmp_path_factory.mktemp("site")
    older = folder / "0.0"
    older.mkdir()
    # A version that was built before: no more of it is read than its first page.
    (older / "index.html").write_text("<!doctype html><title>0.0</title><p>0.0</p>", "ascii")
    command = [sys.executable, str(ROOT / "docs" / "site" / "build.py"), str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert (run.returncode, run.stderr) == (0, "")
    return folder


@pytest.fixture(scope="session")
def pages(site: Path) -> Path:
    """The folder of the version that was built."""
    (folder,) = (each for each in site.iterdir() if (each / "rules").is_dir())
    return folder
