"""The commands and settings shown on the editors' pages, extracted to be run as they are."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str, language: str) -> list[str]:
    """Return the blocks of one language on a page, in order."""
    text = (ROOT / page).read_text("utf-8")
    return [block for found, block in _BLOCK.findall(text) if found == language]


def perform(commands: str, environment: Mapping[str, str]) -> None:
    """Run the commands in a checkout, as a reader of the page would."""
    subprocess.run(["bash", "-euc", commands], cwd=ROOT, env=environment, check=True, timeout=60)
