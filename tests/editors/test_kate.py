"""Kate, set up as the page says: completes a NIC and saves."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.editors.conftest import ROOT
from tests.editors.shown import FINISHED, OTHER, UNFINISHED, lay_out

pytestmark = pytest.mark.oracle

SETTINGS = ROOT / "editors" / "kate" / "settings.json"

PROGRAM = """\
#!/bin/sh
"{python}" -m vnetlint "$@" | tee -a "$SAID"
"""
"""The server as a program that also writes down what it says, so that nobody has to guess when the editor knows it."""


def configure(home: Path, program: Path) -> None:
    """Write the settings of the page, and the answer to Kate's question whether it may start the program."""
    settings = home / ".config" / "kate" / "lspclient" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_bytes(SETTINGS.read_bytes())
    allowed = f"[lspclient]\nAllowedServerCommandLines={program} server\n"
    plugin = "[Kate Plugins]\nlspclientplugin=true\n"
    (home / ".config" / "katerc").write_text(f"[General]\nStartup Session=new\n{plugin}{allowed}", "utf-8")


def test_a_nic_is_completed(tmp_path: Path, home: Path, environment: dict[str, str]) -> None:
    site, programs, runtime = (tmp_path / name for name in ("site", "bin", "run"))
    for folder in (site, programs, runtime):
        folder.mkdir(mode=0o700)
    lay_out(site)
    program = programs / "vnetlint"
    program.write_text(PROGRAM.format(python=sys.executable), "utf-8")
    program.chmod(0o755)
    configure(home, program)
    file, said = site / "web.xml", tmp_path / "said"
    line = 1 + UNFINISHED.splitlines().index("    <!-- 🦆 -->")
    done = subprocess.run(
        ["xvfb-run", "-a", "dbus-run-session", "--", "bash", str(ROOT / "tests" / "editors" / "kate.sh")],
        cwd=site,
        env={
            **environment,
            "PATH": f"{programs}:{environment['PATH']}",
            "FILE": str(file),
            "LINE": str(line),
            "SAID": str(said),
            "XDG_RUNTIME_DIR": str(runtime),
            "LC_ALL": "C.UTF-8",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr
    assert file.read_text("utf-8") == FINISHED["web.xml"].replace(OTHER, "lan")
