"""Runs the maker of the `.xsd` files."""

import os
import subprocess
import sys

from tests.schemas.loaded import SCHEMAS


def generate(*arguments: str, seed: str = "0") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    command = [sys.executable, "-m", "tools.schemas", "xsd", *arguments]
    return subprocess.run(command, cwd=SCHEMAS.parent, capture_output=True, text=True, check=False, env=environment)
