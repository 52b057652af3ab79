"""The pages about Ansible and Terraform do what they show, with the real programs and libvirt's test driver."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_architecture import ROOT

pytestmark = [pytest.mark.oracle, pytest.mark.timeout(240)]

TOOLS = ROOT / "build" / "oracles" / "ansible"
BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
VARYING = "..."
"""The line of a page that stands for lines of output that are not shown."""

PROGRAMS = {
    # The test driver has no inactive networks.
    "virsh": '#!/bin/sh\nexec /usr/bin/virsh -c test:///default "$1" "$3"\n',
    # What `terraform show -json` prints: a network in the root module, and one in a child module.
    "terraform": """#!/bin/sh
    echo '{"format_version": "1.0", "values": {"root_module": {
        "resources": [{"type": "libvirt_volume", "values": {"name": "disk"}}],
        "child_modules": [{"resources": [{"type": "libvirt_network", "values": {"name": "default"}}]}]}}}'
    """,
    "xsltproc": f"""#!{sys.executable}
import sys
from lxml import etree
sys.stdout.write(str(etree.XSLT(etree.parse(sys.argv[1]))(etree.parse(sys.argv[2]))))
""",
}


@pytest.mark.parametrize("page", ["ansible", "terraform"])
def test_a_page_is_true(page: str, tmp_path: Path) -> None:
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    for name, text in PROGRAMS.items():
        (bin_ / name).write_text(text)
        (bin_ / name).chmod(0o755)
    folder = tmp_path / "project"
    folder.mkdir()
    ran = 0
    for command, shown in _steps(page, folder):
        lines = iter(_output(command, folder, bin_).splitlines())
        missing = [line for line in shown.splitlines() if line != VARYING and line not in lines]
        assert not missing, f"{command} does not print, in this order: {missing}"
        ran += 1
    assert ran >= 3


def _steps(page: str, folder: Path) -> Iterator[tuple[str, str]]:
    """The commands of a page with what it shows of their output; the files before a command are written then."""
    text = (ROOT / "docs" / f"{page}.md").read_text("utf-8")
    for language, file, body in BLOCK.findall(text):
        if file:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(body.replace("qemu:///system", "test:///default"))
        elif language == "console":
            for each in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
                command, _, shown = each.partition("\n")
                yield command, shown


def _output(command: str, folder: Path, programs: Path) -> str:
    """What a command prints; it must end as a check does, or a play that succeeds or fails."""
    path = os.pathsep.join((str(programs), str(Path(sys.executable).parent), str(TOOLS / "bin"), os.environ["PATH"]))
    kept = {
        "ANSIBLE_COLLECTIONS_PATH": str(TOOLS / "collections"),
        "ANSIBLE_HOME": str(folder.parent / "ansible"),
        "ANSIBLE_NOCOLOR": "1",
        "COLUMNS": "80",
    }
    environment = {**os.environ, **kept, "PATH": path}
    run = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, timeout=200
    )
    assert run.returncode in (0, 1, 2), run.stderr
    return run.stdout + run.stderr
