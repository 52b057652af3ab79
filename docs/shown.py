"""Write the output that the pages in PAGES show: what the commands in them print now.

usage: python docs/shown.py
"""

import io
import json
import os
import re
import shlex
import sys
from pathlib import Path

from vnetlint.cli.main import main as vnetlint

ROOT = Path(__file__).parent.parent
PAGES = (
    ROOT / "README.md",
    ROOT / "docs" / "reports.md",
    ROOT / "docs" / "modes.md",
    ROOT / "docs" / "without-host.md",
)
RESULT = ("check", "examples/networks/build.xml", "--output-format", "sarif")
"""The command whose one result the JSON block of the reports' page is."""

_BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ vnetlint (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
_JSON = re.compile(r"(?<=^```json\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)


def commands(page: str) -> list[tuple[str, str]]:
    """Return the commands of a page with the output that it shows."""
    return [found for block in _BLOCK.findall(page) for found in _COMMAND.findall(block)]


def printed(command: str) -> str:
    """Run a command in the root of the repository and return what it prints, then what it notes."""
    words, _, shell = command.partition(" < ")
    stdin = io.BytesIO((ROOT / shell.strip()).read_bytes() if shell else b"")
    out, err = io.StringIO(), io.StringIO()
    before = os.getcwd()
    os.chdir(ROOT)
    try:
        vnetlint(shlex.split(words), stdin, out, err)
    finally:
        os.chdir(before)
    return out.getvalue().rstrip("\n") + "\n" + err.getvalue()


def current(page: str) -> str:
    """Return a page with the output of now."""

    def block(found: re.Match[str]) -> str:
        return _COMMAND.sub(lambda each: f"$ vnetlint {each[1]}\n{printed(each[1])}", found[0])

    result = json.loads(printed(shlex.join(RESULT)))["runs"][0]["results"][0]
    return _JSON.sub(lambda _: json.dumps(result, indent=2) + "\n", _BLOCK.sub(block, page))


def main() -> int:
    """Write the pages."""
    for path in PAGES:
        path.write_text(current(path.read_text("utf-8")), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
