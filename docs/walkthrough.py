"""Write the output that docs/adopt.md shows: its files are written and its commands run in a new repository.

usage: python -m docs.walkthrough
"""

import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from tests import checkout
from vnetlint.adopt.surroundings import Origin
from vnetlint.cli.main import main as vnetlint
from vnetlint.config.load import forget

PAGE = checkout.ROOT / "docs" / "adopt.md"
_BLOCK = re.compile(
    r"(?P<head>^```(?P<language>\w+)(?: file=(?P<file>\S+))?\n)(?P<text>.*?)(?P<end>^```$)", re.MULTILINE | re.DOTALL
)


def current(page: str) -> str:
    """Return the page with the output of now."""
    before = os.getcwd()
    # A checkout counts as installed from a folder, wherever the tests run.
    with tempfile.TemporaryDirectory() as scratch, patch("vnetlint.cli.init.origin", lambda: Origin(None)):
        folder = Path(scratch) / "repository"
        folder.mkdir()
        checkout.git(folder, "init", "--quiet")
        path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        environment = checkout.environment(PATH=path, PRE_COMMIT_HOME=str(folder.parent / "pre-commit"))
        os.chdir(folder)
        try:
            return _BLOCK.sub(_played(environment), page)
        finally:
            os.chdir(before)
            forget()


def _played(environment: dict[str, str]) -> Callable[[re.Match[str]], str]:
    def play(block: re.Match[str]) -> str:
        text = block["text"]
        if block["file"]:
            Path(block["file"]).parent.mkdir(parents=True, exist_ok=True)
            Path(block["file"]).write_text(text, "utf-8")
        elif block["language"] == "console":
            commands = re.findall(r"^\$ (.*)$", text, re.MULTILINE)
            text = "".join(f"$ {each}\n{_printed(shlex.split(each), environment)}" for each in commands)
        return f"{block['head']}{text}{block['end']}"

    return play


def _printed(words: list[str], environment: dict[str, str]) -> str:
    """Return what a command prints, then what it notes. vnetlint runs in this process, because that is fast."""
    if words[0] != "vnetlint":
        ran = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        return ran.stdout + ran.stderr
    forget()
    out, err = io.StringIO(), io.StringIO()
    vnetlint(words[1:], io.BytesIO(), out, err)
    return out.getvalue() + err.getvalue()


if __name__ == "__main__":
    PAGE.write_text(current(PAGE.read_text("utf-8")), "utf-8")
