"""VS Code with the extension as it is packaged, in a browser: reads what is wrong, takes the fix, saves."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editors.code_server import code_server
from tests.editors.conftest import ROOT, TOOLS
from tests.editors.readme import blocks
from tests.editors.shown import BROKEN, FOREIGN, RULE, TITLE

# A browser, VS Code and its extension host start on two cores; each wait in the driver is shorter.
pytestmark = [pytest.mark.oracle, pytest.mark.timeout(400)]

VNETLINT = Path(sys.executable).parent / "vnetlint"
GUEST = """\
<domain type='kvm'>
  <name>pbx</name>
  <memory unit='MiB'>512</memory>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
  </os>
  <devices>
    <interface type='network'>
      <source network='office' portgroup='phone'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
"""
NETWORK = """\
<network>
  <name>office</name>
  <forward mode='bridge'/>
  <bridge name='br-office'/>
  <portgroup name='phones'/>
</network>
"""


@pytest.fixture(scope="module")
def vscode(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a VS Code with the extension, for a user whose shell finds vnetlint."""
    home = tmp_path_factory.mktemp("vscode")
    (home / ".profile").write_text(f"PATH={shlex.quote(str(VNETLINT.parent))}:$PATH\n", "utf-8")
    with code_server(TOOLS / "vscode", home, TOOLS / "vnetlint.vsix", os.environ) as address:
        yield address


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder to open."""
    folder = tmp_path / "site"
    folder.mkdir()
    return folder


def play(address: str, opened: Path, *scenario: str, picture: Path | None = None) -> None:
    """Open a folder or a workspace and play a scenario of vscode.mjs in it."""
    picture = picture or TOOLS / "pictures" / f"{scenario[0]}.png"
    picture.parent.mkdir(exist_ok=True)
    kind = "folder" if opened.is_dir() else "workspace"
    driver = [str(ROOT / "tests" / "editors" / "vscode.mjs"), str(TOOLS / "vscode"), f"{address}?{kind}={opened}"]
    run = subprocess.run(
        ["node", *driver, str(picture), *scenario],
        env={**os.environ, "HOME": str(opened.parent)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr


def settings(folder: Path, **values: object) -> None:
    """Write the settings of a folder."""
    (folder / ".vscode").mkdir()
    table = {f"vnetlint.{name}": value for name, value in values.items()}
    (folder / ".vscode" / "settings.json").write_text(json.dumps(table), "utf-8")


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_files_are_fixed(end: str, vscode: str, site: Path) -> None:
    # Two networks with the same name or subnet would have more findings.
    texts = {"lan.xml": BROKEN, "other.xml.j2": BROKEN.replace("lan", "other").replace("10.20", "10.30")}
    for name, text in texts.items():
        (site / name).write_text(text, "utf-8", newline=end)
    play(vscode, site, "fix", "error", RULE, TITLE, *texts)
    for name, text in texts.items():
        assert (site / name).read_bytes() == text.replace("natt", "nat").replace("\n", end).encode()


def test_a_guest_sees_the_network_as_it_is_typed(vscode: str, site: Path) -> None:
    (site / "guest.xml").write_text(GUEST, "utf-8")
    (site / "office.xml").write_text(NETWORK, "utf-8")
    fault = "network 'office' has no port group 'phone'"
    play(vscode, site, "across", "guest.xml", "warning", fault, "office.xml", "phones", "phone")
    assert (site / "office.xml").read_text("utf-8") == NETWORK.replace("phones", "phone")


def test_several_folders_at_once(vscode: str, site: Path) -> None:
    """Each has its own configuration; that of the second ignores the rule that the first breaks."""
    for name in ("one", "two"):
        (site / name).mkdir()
    (site / "one" / "lan.xml").write_text(BROKEN, "utf-8")
    (site / "two" / "vnetlint.toml").write_text(f"ignore = ['{RULE}']\n", "utf-8")
    (site / "two" / "other.xml").write_text(BROKEN, "utf-8")
    workspace = site / "both.code-workspace"
    workspace.write_text(json.dumps({"folders": [{"path": "one"}, {"path": "two"}]}), "utf-8")
    play(vscode, workspace, "silent", "lan.xml", "error", "other.xml")


def test_other_xml_has_no_diagnostics(vscode: str, site: Path) -> None:
    (site / "lan.xml").write_text(BROKEN, "utf-8")
    (site / "pom.xml").write_text(FOREIGN, "utf-8")
    play(vscode, site, "silent", "lan.xml", "error", "pom.xml")


def test_settings_reach_the_server(vscode: str, site: Path) -> None:
    """One network is faulty only with the host's inventory, the other only with the rule that is ignored."""
    (site / "lan.xml").write_text(BROKEN, "utf-8")
    shutil.copy(ROOT / "examples" / "networks" / "stage.xml", site)
    (site / "hosts").mkdir()
    shutil.copy(ROOT / "examples" / "host.json", site / "hosts")
    settings(site, ignore=[RULE], host="hosts/host.json")
    play(vscode, site, "silent", "stage.xml", "error", "lan.xml")


def test_saving_makes_the_safe_fixes(vscode: str, site: Path) -> None:
    network = "<network>\n  <name>lan</name>\n  <bridge name='virbr-of-storage'/>\n</network>\n"
    (site / "lan.xml").write_text(network, "utf-8")
    (site / ".vscode").mkdir()
    (shown,) = blocks("editors/vscode/README.md", "json")
    (site / ".vscode" / "settings.json").write_text(shown, "utf-8")
    play(vscode, site, "saveFixes", "lan.xml", "error")
    fixed = network.replace("virbr-of-storage", "virbr-of-storag") + "\n"
    assert (site / "lan.xml").read_text("utf-8") == fixed


def program(folder: Path, at_first: str) -> Path:
    """Configure a program that runs another command at its first start; return the file that lists its starts."""
    notes, script = folder / "starts", folder / "program"
    lines = [
        "#!/bin/sh",
        f'echo "$@" >>{shlex.quote(str(notes))}',
        f"[ $(wc -l <{shlex.quote(str(notes))}) -gt 1 ] || {at_first}",
        f'exec {VNETLINT} "$@"',
    ]
    script.write_text("\n".join(lines), "utf-8")
    script.chmod(0o755)
    settings(folder, path="${workspaceFolder}/program")
    return notes


def test_the_server_is_restarted_on_request(vscode: str, site: Path) -> None:
    (site / "lan.xml").write_text(BROKEN, "utf-8")
    notes = program(site, "exec sleep 300")
    play(vscode, site, "restart", "lan.xml", "error", str(notes))
    assert notes.read_text("utf-8") == "server\n" * 3


def test_a_server_that_ends_is_started_again(vscode: str, site: Path) -> None:
    (site / "lan.xml").write_text(BROKEN, "utf-8")
    notes = program(site, f'exec timeout -s KILL 8 {VNETLINT} "$@"')
    play(vscode, site, "revive", "lan.xml", "error", str(notes))
    assert notes.read_text("utf-8") == "server\n" * 2


def test_a_server_that_does_not_start_says_why_and_can_be_retried(vscode: str, site: Path) -> None:
    (site / "lan.xml").write_text(BROKEN, "utf-8")
    program(site, "{ echo 'vnetlint: the language server is an extra' >&2; exit 2; }")
    play(vscode, site, "retry", "lan.xml", "error", "did not start: vnetlint: the language server is an extra")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("no-such-program", "vnetlint was not found: 'no-such-program' is no program on PATH. Install it with"),
        ("/no/such/program", "vnetlint was not found: '/no/such/program' is no program. Install it with"),
    ],
    ids=["name", "path"],
)
def test_a_missing_program_is_explained(path: str, said: str, vscode: str, site: Path) -> None:
    (site / "lan.xml").write_text(BROKEN, "utf-8")
    settings(site, path=path)
    play(vscode, site, "explain", "lan.xml", said)
