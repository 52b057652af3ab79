"""`vnetlint facts` and `check --facts`: what a host finds is what its facts say."""

import io
import json
import subprocess
import sys
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from benchmarks import fleet
from tests.fleet.hosts import LAN, guest, nic
from vnetlint.cli.main import main

ROOT = Path(__file__).parent.parent.parent
BROKEN = "<network>\n  <name>broken</name>\n</netwrk>\n"
TEMPLATE = (
    "<network>\n  <name>{{ name }}</name>\n  <forward mode='bridge'/>\n  <bridge name='br0'/>\n"
    "  <ip address='10.9.0.1'/>\n</network>\n"
)
SUPPRESSED = "<!-- vnetlint: ignore-file[ip-on-bridged-network] kept for the tool that reads it -->\n" + TEMPLATE
WIDE = "<!-- Gäste 🖧 -->\r\n<network>\r\n  <name>wide</name>\r\n  <forwad mode='nat'/>\r\n</network>\r\n"
SECRET = "<domain type='kvm'>\n  <name>s</name>\n  <devices>\n    <graphics type='vnc' passwd='hunter2'/>\n    <interface type='network'>\n      <sorce network='x'/>\n    </interface>\n    <disk><source file='/secret.img'/></disk>\n  </devices>\n</domain>\n"  # noqa: E501


class Ran:
    """One run in the current folder: its exit code and output."""

    def __init__(self, *arguments: str) -> None:
        out, err = io.StringIO(), io.StringIO()
        self.code = main(arguments, io.BytesIO(b""), out, err)
        self.out, self.err = out.getvalue(), err.getvalue()

    def findings(self) -> list[dict[str, Any]]:
        """Return the findings of a JSON report."""
        found: list[dict[str, Any]] = json.loads(self.out)["findings"]
        return found


@pytest.fixture(autouse=True)
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for folder in ("networks", "guests"):
        copytree(ROOT / "examples" / folder, tmp_path / "site" / folder)
    Path("site/host.json").write_bytes((ROOT / "examples" / "host.json").read_bytes())
    for name, text in {"broken": BROKEN, "suppressed": SUPPRESSED, "wide": WIDE, "secret": SECRET}.items():
        Path("site", f"{name}.xml").write_bytes(text.encode())
    Path("site/lan.xml.j2").write_text(TEMPLATE)
    Path("site/policy.toml").write_text(POLICY)
    Path("site/vnetlint.toml").write_text('host = "host.json"\ncomplete = true\npolicies = ["policy.toml"]\n')
    return tmp_path


POLICY = """[[rule]]
name = "our-bridges"
code = "ACME01"
title = "A network joins a bridge that is not for guests."
why = "Only br-prod is behind the firewall."
what-to-do = "Join br-prod."
bad = ["<network><name>n</name><forward mode='bridge'/><bridge name='br0'/></network>"]
good = ["<network><name>n</name><forward mode='bridge'/><bridge name='br-prod'/></network>"]
select = 'network where mode = "bridge"'
value = "bridge/@name"
allow = ["br-prod"]
"""


def plain(finding: dict[str, Any], host: str) -> dict[str, Any]:
    """Return a finding without what depends on where it is read: the host, the edits and the fingerprint."""
    cut = len(f"{host}:") if host else 0
    kept = {key: value for key, value in finding.items() if key not in ("fingerprint", "fixes", "url", "related")}
    related = [{**each, "path": each["path"][cut:]} for each in finding["related"]]
    return {
        **kept,
        "path": finding["path"][cut:],
        "related": related,
        "fixes": [each["title"] for each in finding["fixes"]],
    }


def same(*options: str) -> list[dict[str, Any]]:
    """Check that facts say what checking the files says, and return the findings."""
    direct = Ran("check", "site", "--output-format", "json", *options)
    written = Ran("facts", "site", "--host-name", "a", "-o", "a.parquet", *options)
    assert written.code in (0, direct.code), written.err
    across = Ran("check", "--facts", "a.parquet", "--output-format", "json")
    assert across.code == direct.code
    assert [plain(each, "a") for each in across.findings()] == [plain(each, "") for each in direct.findings()]
    return direct.findings()


def test_facts_say_what_the_files_say() -> None:
    found = same()
    assert len(found) > 15
    rules = {each["rule"] for each in found}
    assert {"xml-syntax", "schema-unknown-element", "ip-on-bridged-network", "our-bridges"} <= rules
    assert any(each["related"] for each in found)


def test_facts_say_what_a_baseline_and_the_choice_of_rules_leave() -> None:
    assert Ran("baseline", "write", "site", "--baseline", "known.json").code == 0
    Path("site/new.xml").write_text(TEMPLATE)
    assert len(same("--baseline", "known.json")) < 10
    assert {each["rule"] for each in same("--select", "duplicate-mac,xml-syntax")} <= {"duplicate-mac", "xml-syntax"}


def test_every_format_shows_the_host() -> None:
    Ran("facts", "site", "--host-name", "a", "-o", "a.parquet")
    for name in ("full", "concise", "json", "jsonl", "sarif", "junit", "github", "gitlab", "rdjson", "checkstyle"):
        ran = Ran("check", "--facts", "a.parquet", "--output-format", name)
        assert ran.code == 1
        assert "a:site/broken.xml" in ran.out or "a%3Asite/broken.xml" in ran.out, name


def test_nothing_of_a_file_leaves_the_host_but_names_and_places() -> None:
    Ran("facts", "site", "--host-name", "a", "-o", "a.parquet")
    import duckdb

    rows = duckdb.connect().execute("SELECT * FROM read_parquet('a.parquet')").fetchall()
    written = repr(rows)
    assert "hunter2" not in written
    assert "secret.img" not in written
    assert "10.9.0.1" not in "".join(repr(each) for each in rows if each[0] != "finding")


def test_each_folder_is_a_host_unless_something_names_it() -> None:
    for name in ("one", "two"):
        Path("fleet", name).mkdir(parents=True)
        Path("fleet", name, "lan.xml").write_text(LAN.format(""))
        Path("fleet", name, "web.xml").write_text(guest(name, nic()))
    ran = Ran("facts", "fleet", "-o", "fleet.parquet")
    assert "about 2 hosts: fleet/one, fleet/two" in ran.err
    Path("host.json").write_text('{"version": 1, "name": "inventory"}')
    assert "about 1 host: inventory" in Ran("facts", "fleet", "--host", "host.json", "-o", "f.parquet").err
    assert "about 1 host: named" in Ran("facts", "fleet", "--host-name", "named", "-o", "f.parquet").err
    assert Ran("facts", "fleet", "--host-name", "a:b").code == 2


def test_a_group_may_be_named_by_an_option() -> None:
    Path("facts").mkdir()
    for name, bridge in (("one", "br0"), ("two", "br1")):
        Path(name).mkdir()
        Path(name, "lan.xml").write_text(LAN.format("").replace("br0", bridge))
        assert Ran("facts", name, "--host-name", name, "--group", "prod", "-o", f"facts/{name}.parquet").code == 0
    ran = Ran("check", "--facts", "facts/*.parquet", "--output-format", "concise", "--select", "fleet", "-q")
    assert ran.code == 0
    assert ran.out == (
        "two:two/lan.xml:1:10: info: network 'lan' has bridge br1, but bridge br0 on 1 of 2 hosts of group 'prod' "
        "[migration-network-differs]\n"
    )
    assert Ran("check", "--facts", "facts/*.parquet", "--fail-on", "info").code == 1
    assert Ran("check", "--facts", "facts/*.parquet", "--fail-on", "info", "--exit-zero").code == 0
    hidden = Ran("check", "--facts", "facts/*.parquet", "--min-severity", "warning", "--output-format", "concise")
    assert (hidden.code, hidden.out) == (0, "")


def test_hosts_that_were_judged_differently_are_noted() -> None:
    for name, more in (("one", ()), ("two", ("--ignore", "mtu-not-told"))):
        Path(name).mkdir()
        Path(name, "lan.xml").write_text(LAN.format(""))
        Ran("facts", name, "--host-name", name, "-o", f"{name}.parquet", *more)
    assert "not all judged by the same rules" in Ran("check", "--facts", "one.parquet", "--facts", "two.parquet").err
    assert "not all" not in Ran("check", "--facts", "one.parquet").err


REFUSED = [
    (["--fix"], "--facts only checks"),
    (["--diff"], "--facts only checks"),
    (["site"], "expected no paths"),
    (["--host", "site/host.json"], "--host is for `vnetlint facts`"),
    (["--policy", "hardening"], "--policy is for `vnetlint facts`"),
    (["--watch"], "--watch checks files"),
    (["--select", "no-such-rule"], "unknown rule 'no-such-rule'"),
]


@pytest.mark.parametrize(("more", "message"), REFUSED, ids=[" ".join(each[0]) for each in REFUSED])
def test_what_facts_cannot_be_asked_is_refused(more: list[str], message: str) -> None:
    Ran("facts", "site", "--host-name", "a", "-o", "a.parquet")
    ran = Ran("check", "--facts", "a.parquet", *more)
    assert ran.code == 2
    assert message in ran.err


def test_without_duckdb_the_message_names_the_extra() -> None:
    program = (
        "import sys; sys.modules['duckdb'] = None; from vnetlint.cli.main import main;"
        "sys.exit(main(['facts', 'site', '--host-name', 'a'], sys.stdin.buffer, sys.stdout, sys.stderr))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "pip install 'vnetlint[fleet]'" in ran.stderr


def test_in_a_fleet_exactly_what_is_planted_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert fleet.main("4000") == 0
    out = capsys.readouterr().out
    assert "mac-on-one-lan-twice: 4 of 4" in out
    assert out.splitlines()[-1].endswith("wrong 0")
