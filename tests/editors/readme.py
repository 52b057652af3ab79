"""The commands and settings that the pages of the editors show, taken from them to be run as they stand."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str, language: str) -> list[str]:
    """Give the blocks of a language of a page, in order."""
    text = (ROOT / page).read_text("utf-8")
    return [block for found, block in _BLOCK.findall(text) if found == language]


def perform(commands: str, environment: Mapping[str, str]) -> None:
    """Run the commands in a checkout, as somebody would who reads the page."""
    subprocess.run(["bash", "-euc", commands], cwd=ROOT, env=environment, check=True, timeout=60)
