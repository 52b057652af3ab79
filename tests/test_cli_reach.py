"""`vnetlint reach`: the table, the reasons, JSON, and what it says to inputs that it cannot use."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.reach.worlds import FOUND, guest, network
from vnetlint.cli.main import main


@pytest.fixture(autouse=True)
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    Path("xml").mkdir()
    Path("xml/lan.xml").write_text(network("lan"))
    Path("xml/lab.xml").write_text(network("lab", None, 20))
    for name, where in (("web-1", "lan"), ("web-2", "lan"), ("db", "lab")):
        Path(f"xml/{name}.xml").write_text(guest(name, where))
    Path("host.json").write_text(json.dumps(FOUND))


def reach(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(["reach", *arguments], io.BytesIO(), out, err)
    return code, out.getvalue(), err.getvalue()


def pairs(*arguments: str) -> dict[tuple[str, str, str, str], dict[str, Any]]:
    code, out, _ = reach("xml", "--host", "host.json", "--format", "json", *arguments)
    assert code == 0
    found = json.loads(out)["pairs"]
    return {(each["from"], each["to"], each["family"], each["protocol"]): each for each in found}


def test_the_table_has_a_row_for_those_that_are_alike() -> None:
    code, out, err = reach("xml", "--host", "host.json", "--family", "ipv4")
    assert (code, err) == (0, "")
    assert (
        out
        == """\
IPv4       internet  db  web* (2)  host  lan(eth0)
internet              -         -     .
db                -             -     Y          -
web* (2)         Y~   R         Y     Y         Y~
host             Y~   Y         Y                Y
lan(eth0)             -         -     Y

Y allowed, ~ under another address (NAT), R rejected: the sender is told, . dropped: the sender is not told, - no route
"""
    )


def test_reasons_name_the_elements_that_cause_them() -> None:
    _, out, _ = reach("xml", "--host", "host.json", "--family", "ipv4", "--from", "web-1", "--to", "db", "--why")
    assert "xml/lab.xml:1:1: network 'lab' is isolated: libvirt's firewall rejects what others send to it" in out


def test_json_has_a_pair_for_each_two_ends_and_protocol() -> None:
    found = pairs()
    out = found["web-1", "lan(eth0)", "ipv4", "tcp"]
    assert {name: out[name] for name in ("verdict", "source_seen", "translated", "depends_on")} == {
        "verdict": "allowed",
        "source_seen": "192.168.50.10",
        "translated": True,
        "depends_on": [],
    }
    assert {each["element"] for each in out["because"]} >= {"/network/forward[1]"}
    assert ("web-1", "web-2", "ipv4", "icmp") in found
    assert {protocol for _, _, _, protocol in found} == {"icmp", "tcp", "udp"}


def test_json_by_group_has_a_pair_for_those_that_are_alike() -> None:
    assert ("web* (2)", "web* (2)", "ipv4", "tcp") in pairs("--by-group")


def test_many_ends_are_given_by_group_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vnetlint.cli.reach.MAX_PAIRS", 3)
    code, out, err = reach("xml", "--host", "host.json", "--format", "json")
    assert (code, out) == (2, "")
    assert err == "vnetlint: more than 3 pairs: use --by-group, or name ends with --from and --to\n"


def test_unknown_facts_are_numbered_and_named() -> None:
    known = {key: value for key, value in FOUND.items() if key != "input_policy"}
    Path("host.json").write_text(json.dumps(known))
    _, out, _ = reach("xml", "--host", "host.json", "--family", "ipv4", "--from", "db", "--to", "host")
    assert out.splitlines() == [
        "IPv4  host",
        "db    Y1",
        "",
        "Y allowed",
        "  1 if the host's firewall accepts what is sent to it (not known: input_policy in the inventory)",
    ]
    answer = pairs()["db", "host", "ipv4", "tcp"]
    assert answer["verdict"] == "unknown"
    assert [each["fact"] for each in answer["depends_on"]] == ["input_policy"]
    assert {case["verdict"] for case in answer["cases"]} == {"allowed", "dropped"}


def test_networks_without_guests_are_asked_about_all_the_same() -> None:
    for each in ("web-1", "web-2", "db"):
        Path(f"xml/{each}.xml").unlink()
    code, out, _ = reach("xml", "--host", "host.json", "--family", "ipv4", "--to", "host")
    assert code == 0
    assert "network:lan" in out


def test_no_inventory_is_said_once() -> None:
    _, out, _ = reach("xml")
    assert out.count("`vnetlint host -o host.json` writes one") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("host.json",), "no guest and no network among these files"),
        (("xml", "--from", "wbe-1"), "nobody is named 'wbe-1'"),
        (("nowhere",), "nowhere"),
    ],
)
def test_what_cannot_be_asked_is_one_line(arguments: tuple[str, ...], message: str) -> None:
    code, out, err = reach(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("vnetlint: ")
    assert message in err
    assert len(err.splitlines()) == 1


HALF = "<domain type='kvm'><name>half</name>\n<devices><interface type='netw"
LOST = ", so parts of the file may be missing here\n"


@pytest.mark.parametrize("command", ["reach", "show", "graph --format dot"])
class TestHalfTypedFiles:
    def ran(self, command: str, *paths: str) -> tuple[int, str, list[str]]:
        out, err = io.StringIO(), io.StringIO()
        code = main([*command.split(), *paths, "--host", "host.json"], io.BytesIO(), out, err)
        return code, out.getvalue(), err.getvalue().splitlines(keepends=True)

    def fault(self, path: str) -> str:
        """What `check` says of a file, without severity and rule."""
        out = io.StringIO()
        main(["check", path, "--output-format", "concise"], io.BytesIO(), out, io.StringIO())
        (line,) = out.getvalue().splitlines()
        place, _, said = line.partition(": error: ")
        return f"vnetlint: {place}: {said.removesuffix(' [xml-syntax]')}"

    def test_each_is_noted_as_check_says_it_and_the_rest_is_answered(self, command: str) -> None:
        whole = self.ran(command, "xml")
        assert (whole[0], whole[2]) == (0, [])
        Path("xml/half.xml").write_text(HALF)
        Path("xml/tag.xml").write_text(guest("tag", "lan").replace("</domain>", "</domin>"))
        code, out, err = self.ran(command, "xml")
        assert code == 0
        assert err == [self.fault(f"xml/{name}.xml") + LOST for name in ("half", "tag")]
        assert "half" in out

    def test_the_configuration_does_not_hide_it(self, command: str) -> None:
        Path("xml/half.xml").write_text(HALF)
        said = self.fault("xml/half.xml")
        Path("vnetlint.toml").write_text("ignore = ['xml-syntax']\n")
        assert self.ran(command, "xml")[2] == [said + LOST]

    def test_what_is_not_of_libvirt_is_not_noted(self, command: str) -> None:
        Path("xml/page.xml").write_text("<page><p></page>")
        Path("xml/empty.xml").write_text("")
        assert self.ran(command, "xml")[2] == []


def test_two_versions_of_a_guest_are_noted() -> None:
    Path("xml/again.xml").write_text(guest("db", "lan"))
    code, _, err = reach("xml", "--host", "host.json")
    assert code == 0
    assert "guest 'db' is defined in" in err
