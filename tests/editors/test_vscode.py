"""VS Code with the extension as it is packaged, in a browser: reads what is wrong, takes the fix, saves."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.editors.code_server import code_server, packed
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


LAN = """\
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bridge name='virbr-lan'/>
  <ip address='10.20.0.1' prefix='24'/>
</network>
"""
DMZ = LAN.replace("lan", "dmz").replace("10.20", "10.30").replace("mode='nat'", "mode='route'")


def guest(name: str, mac: str, *networks: str) -> str:
    """A guest with a NIC on each of some networks."""
    nics = "".join(
        f"    <interface type='network'>\n      <mac address='52:54:00:{mac}:00:{number:02}'/>\n"
        f"      <source network='{network}'/>\n      <model type='virtio'/>\n    </interface>\n"
        for number, network in enumerate(networks)
    )
    return (
        f"<domain type='kvm'>\n  <name>{name}</name>\n  <memory unit='MiB'>512</memory>\n  <os>\n"
        f"    <type arch='x86_64' machine='q35'>hvm</type>\n  </os>\n  <devices>\n{nics}  </devices>\n</domain>\n"
    )


SITE = {
    "dmz.xml": DMZ,
    "lan.xml": LAN,
    "mail.xml": guest("mail", "0b", "dmz"),
    "web.xml": guest("web", "0a", "lan", "dmz"),
}
"""Two networks and two guests, with which nothing is wrong."""


def write(folder: Path, **texts: str) -> None:
    """Write the files of a site, some of them with another text than in SITE."""
    for name, text in {**SITE, **{f"{name}.xml": text for name, text in texts.items()}}.items():
        (folder / name).write_text(text, "utf-8")


@contextmanager
def started(folder: Path, **options: Any) -> Iterator[str]:
    """A VS Code of its own, for a user whose shell finds vnetlint."""
    home = folder / "vscode"
    home.mkdir()
    (home / ".profile").write_text(f"PATH={shlex.quote(str(VNETLINT.parent))}:$PATH\n", "utf-8")
    with code_server(TOOLS / "vscode", home, TOOLS / "vnetlint.vsix", os.environ, **options) as address:
        yield address


@pytest.fixture(scope="module")
def vscode(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a VS Code with the extension, for a user whose shell finds vnetlint."""
    with started(tmp_path_factory.mktemp("vscode")) as address:
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
    shown, _ = blocks("editors/vscode/README.md", "json")
    (site / ".vscode" / "settings.json").write_text(shown, "utf-8")
    play(vscode, site, "saveFixes", "lan.xml", "error")
    fixed = network.replace("virbr-of-storage", "virbr-of-storag") + "\n"
    assert (site / "lan.xml").read_text("utf-8") == fixed


def program(folder: Path, *at_first: str) -> Path:
    """Configure a program whose first starts run other commands; return the file that lists its starts."""
    notes, script = folder / "starts", folder / "program"
    cases = "".join(f"{number}) {command} ;;\n" for number, command in enumerate(at_first, 1))
    lines = [
        "#!/bin/sh",
        f'echo "$@" >>{shlex.quote(str(notes))}',
        f"case $(wc -l <{shlex.quote(str(notes))}) in",
        f"{cases}esac",
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
    """Whether it ends before it is asked, while it is, or after it has closed its side."""
    (site / "lan.xml").write_text(BROKEN, "utf-8")
    ends = ["", "sleep 0.5;", "head -c 20 >/dev/null;", "exec >&-; sleep 0.5;"]
    words = [f"end {number}: the language server is an extra" for number in range(len(ends))]
    program(site, *(f"{end} echo 'vnetlint: {word}' >&2; exit 2" for end, word in zip(ends, words, strict=True)))
    play(vscode, site, "retry", "lan.xml", "error", *(f"did not start: vnetlint: {word}" for word in words))


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


def test_the_panel_follows_the_cursor(vscode: str, site: Path) -> None:
    write(site)
    play(vscode, site, "panel", "lan.xml", "lan", "dmz.xml", "dmz", "web.xml", "web", "dmz")


def test_nothing_of_a_file_is_run_in_the_panel(vscode: str, site: Path) -> None:
    write(site, lan=LAN.replace(">lan<", ">&lt;img src=x onerror=alert(1)>&lt;/text>&lt;script>alert(2)&lt;/script><"))
    play(vscode, site, "hostile", "lan.xml")


def test_a_nic_is_completed(vscode: str, site: Path) -> None:
    write(site, web=guest("web", "0a"))
    play(vscode, site, "complete", "web.xml", "<devices>", "interface (network)", "lan")
    made = (site / "web.xml").read_text("utf-8")
    assert "<source network='lan'/>" in made
    assert found(site) == []


def test_what_a_network_means_is_shown(vscode: str, site: Path) -> None:
    write(site)
    play(vscode, site, "means", "lan.xml", "forward", "guests reach the host")


def test_a_network_is_renamed_over_three_files(vscode: str, site: Path) -> None:
    write(site)
    play(vscode, site, "rename", "dmz.xml", "dmz</name>", "edge")
    for name, text in SITE.items():
        renamed = text.replace("<name>dmz", "<name>edge").replace("network='dmz'", "network='edge'")
        assert (site / name).read_text("utf-8") == renamed
    assert found(site) == []


def test_all_safe_fixes_are_made(vscode: str, site: Path) -> None:
    write(site, lan=LAN.replace("virbr-lan", "virbr-of-storage"))
    play(vscode, site, "fixAll", "lan.xml", "vnetlint: 1 finding", "vnetlint")
    assert (site / "lan.xml").read_text("utf-8") == LAN.replace("virbr-lan", "virbr-of-storag")


def test_a_network_is_converted(vscode: str, site: Path) -> None:
    write(site)
    play(vscode, site, "convert", "lan.xml", "<ip", "open")
    assert "<forward mode='open'/>" in (site / "lan.xml").read_text("utf-8")


def test_the_page_of_a_rule_is_shown(vscode: str, site: Path) -> None:
    (site / "lan.xml").write_text(BROKEN, "utf-8")
    play(vscode, site, "rule", "lan.xml", "natt", RULE, "bridge-name-too-long", "bridge-name-too-long")


def test_the_lens_shows_the_guests(vscode: str, site: Path) -> None:
    write(site)
    play(vscode, site, "lens", "dmz.xml", "2 guests: mail, web", "mail.xml")


def test_a_configuration_is_created(vscode: str, site: Path) -> None:
    write(site)
    play(vscode, site, "init", "lan.xml", "vnetlint.toml")
    assert (site / "vnetlint.toml").is_file()


def test_the_status_says_what_is_judged(vscode: str, site: Path) -> None:
    write(site)
    (site / "vnetlint.toml").write_text("complete = true\n", "utf-8")
    (site / "pom.xml").write_text(FOREIGN, "utf-8")
    (site / "old").mkdir()
    (site / "old" / "vnetlint.toml").write_text("select = 7\n", "utf-8")
    (site / "old" / "broken.xml").write_text(LAN.replace("lan", "old").replace("10.20", "10.40"), "utf-8")
    play(vscode, site, "status", "lan.xml", "Configuration: vnetlint.toml", "pom.xml", "old", "broken.xml")


def test_the_panel_says_what_is_missing(vscode: str, site: Path) -> None:
    write(site)
    script = site / "program"
    script.write_text(f'#!/bin/sh\nPATH=/nonexistent exec {VNETLINT} "$@"\n', "utf-8")
    script.chmod(0o755)
    settings(site, path="${workspaceFolder}/program")
    play(vscode, site, "noPicture", "lan.xml", "install the package graphviz", "web (guest): tap")


def test_a_program_that_is_missing_is_in_the_status_bar(vscode: str, site: Path) -> None:
    write(site)
    settings(site, path="no-such-program")
    play(vscode, site, "stopped", "lan.xml", "vnetlint was not found")


RAGGED = guest("web", "0a", "lan").replace("\n  <name>", "\n      <name>")
ANOTHER = """
const { CompletionItem, languages, Position, TextEdit } = require("vscode");
const xml = { language: "xml" };
exports.activate = () => {
  languages.registerDocumentFormattingEditProvider(xml, {
    provideDocumentFormattingEdits: (document) =>
      [TextEdit.insert(new Position(document.lineCount, 0), "<!-- formatted by another -->\\n")],
  });
  const provideCompletionItems = (document, position) => {
    const before = document.lineAt(position).text.slice(0, position.character);
    return before.endsWith("</") ? [new CompletionItem("</devices>")] : [];
  };
  languages.registerCompletionItemProvider(xml, { provideCompletionItems }, "/");
};
"""
"""What another XML extension does: it formats every XML file, and offers end tags."""


def test_alone_it_formats_and_offers_end_tags(vscode: str, site: Path) -> None:
    write(site, web=RAGGED)
    play(vscode, site, "once", "web.xml", "<devices>", "</devices>")
    assert (site / "web.xml").read_text("utf-8") == guest("web", "0a", "lan")


def test_beside_another_xml_extension_nothing_is_done_twice(tmp_path: Path, site: Path) -> None:
    """The extension has the name of the one by Red Hat, and does what that one does for any XML."""
    manifest = {"name": "vscode-xml", "publisher": "redhat", "activationEvents": ["onLanguage:xml"]}
    another = packed(tmp_path / "another.vsix", manifest, ANOTHER)
    write(site, web=RAGGED)
    with started(tmp_path, beside=[another]) as address:
        play(address, site, "once", "web.xml", "<devices>", "</devices>")
    assert (site / "web.xml").read_text("utf-8") == f"{RAGGED}<!-- formatted by another -->\n"


def test_settings_of_an_untrusted_folder_choose_no_program(tmp_path: Path, site: Path) -> None:
    (site / "lan.xml").write_text(BROKEN, "utf-8")
    (site / "ok.xml").write_text(LAN.replace("lan", "ok").replace("10.20", "10.40"), "utf-8")
    notes = program(site, "true")
    with started(tmp_path, trusts=False) as address:
        play(address, site, "silent", "lan.xml", "error", "ok.xml")
    assert not notes.exists()


def test_a_program_of_an_untrusted_folder_is_not_run(tmp_path: Path, site: Path) -> None:
    """Not even if the user's own settings name it."""
    (site / "lan.xml").write_text(BROKEN, "utf-8")
    notes = program(site, "true")
    shutil.rmtree(site / ".vscode")
    with started(tmp_path, trusts=False, settings={"vnetlint.path": "${workspaceFolder}/program"}) as address:
        play(address, site, "explain", "lan.xml", "belongs to a folder that is not trusted")
    assert not notes.exists()


def found(site: Path) -> list[str]:
    """What the command line finds in a site, except for hints."""
    run = subprocess.run(
        [VNETLINT, "check", "--min-severity", "warning", "--output-format", "concise", "."],
        cwd=site,
        capture_output=True,
        text=True,
        check=False,
    )
    return [line for line in run.stdout.splitlines() if ".xml:" in line]
