"""Make the pictures of VS Code in docs/images again: `python -m tests.editors.picture`, after `.ci/editors`."""

import os
import shutil
import tempfile
from pathlib import Path

from tests.editors.code_server import code_server
from tests.editors.conftest import ROOT, TOOLS
from tests.editors.test_vscode import VNETLINT, play

LOOKS = {
    "breadcrumbs.enabled": False,
    "editor.minimap.enabled": False,
    "editor.lightbulb.enabled": "off",
    "workbench.activityBar.location": "hidden",
    "workbench.layoutControl.enabled": False,
    "window.commandCenter": False,
    "editor.stickyScroll.enabled": False,
    "outline.collapseItems": "alwaysCollapse",
}


def main() -> None:
    """Show the example site in a folder whose name reveals nothing about this machine."""
    with tempfile.TemporaryDirectory() as name:
        site, home = Path(name) / "site", Path(name) / "home"
        home.mkdir()
        shutil.copytree(ROOT / "examples", site)
        (site / "vnetlint.toml").write_text('host = "host.json"\n', "utf-8")
        settings = {**LOOKS, "vnetlint.path": str(VNETLINT)}
        with code_server(TOOLS / "vscode", home, TOOLS / "vnetlint.vsix", os.environ, settings) as address:
            images = ROOT / "docs" / "images"
            scenario = ("show", "networks", "build.xml", "error", "dhcp-range-outside-subnet")
            play(address, site, *scenario, picture=images / "vscode.png")
            play(address, site, "topology", "networks", "build.xml", "build", picture=images / "vscode-topology.png")


if __name__ == "__main__":
    main()
