"""`vnetlint check qemu:///system`: a running host by a libvirt that the tests make, its errors, and what is printed."""

import json
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.livefake import (
    ACCESS_DENIED,
    INVALID_ARG,
    NO_DOMAIN,
    NO_NETWORK,
    NO_SUPPORT,
    SYSTEM_ERROR,
    FakeError,
    FakeLibvirt,
    FakeObject,
    Listed,
)
from tests.test_cli import Ran
from vnetlint.host import Host
from vnetlint.host.collect.system import Output, System
from vnetlint.inputkey import LibvirtKey, is_uri
from vnetlint.live import LiveError, inventory, parse_uri, read_host, reading
from vnetlint.live.difference import differs
from vnetlint.live.worker import Worker
from vnetlint.report import formats

URI = "qemu+ssh://root@far/system"
NAT = """<network>
  <name>lab</name>
  <uuid>4fc5f8b7-6a3f-4f0e-8d3b-0d8f3f0a4c11</uuid>
  <forward mode='nat'/>
  <bridge name='virbr5' stp='on' delay='0'/>
  <mac address='52:54:00:e0:4b:49'/>
  <ip address='10.20.1.1' netmask='255.255.255.0'>
  </ip>
</network>
"""
BRIDGED = """<network>
  <name>lan</name>
  <uuid>4fc5f8b7-6a3f-4f0e-8d3b-0d8f3f0a4c12</uuid>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <ip address='10.0.0.1' prefix='24'/>
</network>
"""
GUEST = """<domain type='kvm'>
  <name>{name}</name>
  <uuid>0f3c1f6e-0d3b-4d52-9c8b-0d8f3f0a4c1{digit}</uuid>
  <memory unit='KiB'>65536</memory>
  <os>
    <type arch='x86_64'>hvm</type>
  </os>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:aa:00:0{digit}'/>
      <source network='{network}'/>
    </interface>
  </devices>
</domain>
"""
FILTER = """<filter name='mine' chain='root'>
  <uuid>0f3c1f6e-0d3b-4d52-9c8b-0d8f3f0a4c20</uuid>
  <filterref filter='{}'/>
</filter>
"""


def guest(name: str, network: str, digit: int = 1) -> str:
    return GUEST.format(name=name, network=network, digit=digit)


LAB = FakeObject("lab", NAT, active=True, autostarts=True)
LAN = FakeObject("lan", BRIDGED, active=True)
WEB = FakeObject("web", guest("web", "gone"))
DB = FakeObject("db", guest("db", "lan", 2), active=True)
OURS = FakeObject("mine", FILTER.format("gone"))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def libvirt(monkeypatch: pytest.MonkeyPatch) -> FakeLibvirt:
    made = FakeLibvirt((LAB, LAN), (WEB, DB), (OURS,))
    made.use(monkeypatch)
    return made


def found(*arguments: str, uri: str = URI) -> list[tuple[str, str]]:
    ran = Ran("check", uri, "--output-format", "json", *arguments)
    return [(each["path"], each["rule"]) for each in json.loads(ran.out)["findings"]]


# -- what is found -----------------------------------------------------------------------------------------------------


def test_a_host_is_one_complete_project(libvirt: FakeLibvirt) -> None:
    assert ("qemu+ssh://root@far/system/domain/web", "unknown-network") in found()
    assert ("qemu+ssh://root@far/system/nwfilter/mine", "unknown-filter") in found()
    assert ("qemu+ssh://root@far/system/network/lan", "ip-on-bridged-network") in found()
    assert libvirt.opened == [URI] * 3


def test_the_network_default_is_not_taken_for_granted(libvirt: FakeLibvirt) -> None:
    libvirt.guests = [FakeObject("web", guest("web", "default"))]
    assert ("qemu+ssh://root@far/system/domain/web", "unknown-network") in found()


def test_what_a_configuration_calls_external_is(libvirt: FakeLibvirt) -> None:
    libvirt.guests = [FakeObject("web", guest("web", "default"))]
    Path("vnetlint.toml").write_text("external = ['default']\n")
    assert ("qemu+ssh://root@far/system/domain/web", "unknown-network") not in found()


def test_the_configuration_of_the_current_folder_applies_without_its_files_and_its_host(libvirt: FakeLibvirt) -> None:
    Path("gone.xml").write_text(NAT.replace("lab", "gone"))
    Path("host.json").write_text("{}")
    Path("vnetlint.toml").write_text(
        "host = 'host.json'\ntarget-libvirt = '1.0.0'\nignore = ['ip-on-bridged-network']\n"
        "[severity]\nunknown-network = 'info'\n"
    )
    ran = Ran("check", URI, "--output-format", "concise")
    assert "/domain/web:11:15: info: unknown network 'gone'" in ran.out
    assert "ip-on-bridged-network" not in ran.out


def test_hosts_are_projects_of_their_own(libvirt: FakeLibvirt) -> None:
    alone = found()
    ran = Ran("check", URI, "qemu+ssh://near/system", "--output-format", "json")
    both = [(each["path"], each["rule"]) for each in json.loads(ran.out)["findings"]]
    assert both == sorted(
        [(path.replace("root@far", "near"), rule) for path, rule in alone] + alone, key=lambda each: each[0]
    )


def test_rules_follow_the_libvirt_of_the_connection(libvirt: FakeLibvirt) -> None:
    host = Host.of({"version": 1, "libvirt": "12.8.0", "routes": []})
    made = inventory.host_of(read_host(parse_uri(URI)), host)
    assert (made.inventory.libvirt, made.inventory.routes) == ("9.0.0", ())


# -- names and formats -------------------------------------------------------------------------------------------------


ODD_NAMES = ("web 1", "wéb", "it's", 'a"b', "a?b#c", "100%", "[x]", "\x1b[31m")


def test_every_name_can_be_reported(libvirt: FakeLibvirt) -> None:
    libvirt.networks, libvirt.filters = (), ()
    libvirt.guests = [FakeObject(name, guest("x", "gone")) for name in ODD_NAMES]
    assert {path for path, rule in found() if rule == "unknown-network"} == {
        f"{URI}/domain/{each}" for each in ODD_NAMES
    }
    for each in formats():
        ran = Ran("check", URI, "--output-format", each)
        assert ran.code == 1
        assert "\x1b" not in ran.out


def test_objects_have_uris_in_sarif(libvirt: FakeLibvirt) -> None:
    libvirt.guests = [FakeObject(name, guest("x", "gone")) for name in ODD_NAMES]
    run = json.loads(Ran("check", URI, "--output-format", "sarif").out)["runs"][0]
    uris = {each["location"]["uri"] for each in run["artifacts"]}
    assert {f"{URI}/domain/web%201", f"{URI}/domain/a%3Fb%23c", f"{URI}/domain/%1B%5B31m"} <= uris
    assert {urlsplit(each).scheme for each in uris} == {"qemu+ssh"}


def test_parameters_of_a_connection_are_no_part_of_a_name(libvirt: FakeLibvirt) -> None:
    uri = "qemu+unix:///system?socket=/run/x"
    assert ("qemu+unix:///system/domain/web", "unknown-network") in found(uri=uri)
    assert libvirt.opened == [uri]


def test_the_command_that_prints_the_lines_is_noted(libvirt: FakeLibvirt) -> None:
    libvirt.networks, libvirt.filters = (LAB,), ()
    err = Ran("check", URI).err
    assert f"{URI}: lines are those of `virsh dumpxml --inactive NAME`\n" in err
    assert "Checked 3 objects: " in Ran("check", URI).out


def test_other_commands_read_a_host_too(libvirt: FakeLibvirt) -> None:
    assert f"{URI}/network/lab: network lab\n" in Ran("show", URI).out
    assert "db" in Ran("reach", URI).out
    assert "flowchart" in Ran("graph", URI, "--format", "mermaid").out
    ran = Ran("reach", URI, "qemu:///system")
    assert (ran.code, ran.err) == (2, "vnetlint: one running host at a time: expected one URI\n")
    ran = Ran("mode", URI, "nat")
    assert (ran.code, ran.err) == (
        2, f"vnetlint: {URI}: this command reads files; check, baseline, show, reach and graph read a host too\n",
    )  # fmt: skip


# -- fixes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["--fix", "--diff"])
def test_fixes_are_a_diff_and_commands(libvirt: FakeLibvirt, option: str) -> None:
    libvirt.networks, libvirt.guests, libvirt.filters = (LAB, LAN), (DB,), ()
    ran = Ran("check", URI, option, "--unsafe-fixes")
    assert ran.code == 1
    assert ran.out.startswith("--- a/network-lan.xml\n+++ b/network-lan.xml\n")
    assert "\n-  <ip address='10.0.0.1' prefix='24'/>\n" in ran.out
    assert ran.err.splitlines()[1:-1] == [
        "to make the changes, with the diff as fixes.diff, in an empty folder:",
        "  export LIBVIRT_DEFAULT_URI=qemu+ssh://root@far/system",
        "  virsh net-dumpxml --inactive lan >network-lan.xml",
        "  patch -p1 <fixes.diff",
        "  virsh net-define network-lan.xml",
        "network 'lan' runs: to use the change, virsh net-destroy lan; virsh net-start lan",
        "  this interrupts running guests, which have to be restarted after it: db",
    ]


@pytest.mark.parametrize(
    ("network", "line"),
    [
        (replace(LAN, active=False), "network 'lan' does not run, so nothing is interrupted"),
        (replace(LAN, persistent=False), "network 'lan' is transient: change it where it is made"),
    ],
)
def test_what_a_change_needs_depends_on_the_object(libvirt: FakeLibvirt, network: FakeObject, line: str) -> None:
    libvirt.networks = (network,)
    ran = Ran("check", URI, "--fix", "--unsafe-fixes")
    assert f"{line}\n" in ran.err
    assert ("net-define" in ran.err) == network.persistent


def test_secrets_of_guests_stay_when_they_are_defined_anew(libvirt: FakeLibvirt) -> None:
    libvirt.guests = [FakeObject("it's", guest("it's", "lab").replace("<source", "<sourc"), active=True)]
    ran = Ran("check", URI, "--fix", "--unsafe-fixes")
    assert "virsh dumpxml --inactive --security-info 'it'\"'\"'s' >domain-it_s.xml\n" in ran.err
    assert "guest 'it's' runs: it uses the change once it was shut down and started again\n" in ran.err


def test_comments_are_refused_because_libvirt_keeps_none(libvirt: FakeLibvirt) -> None:
    ran = Ran("check", URI, "--add-ignores", "known")
    assert (ran.code, ran.out, libvirt.opened) == (2, "", [])
    assert "libvirt keeps no comments" in ran.err


# -- baselines ---------------------------------------------------------------------------------------------------------


def test_a_baseline_holds_findings_of_a_host_beside_those_of_files(libvirt: FakeLibvirt) -> None:
    Path("vnetlint.toml").write_text("baseline = 'vnetlint-baseline.json'\nignore = ['project']\n")
    Path("lan.xml").write_text(BRIDGED)
    assert Ran("baseline", "write", URI).code == 0
    held = [each["path"] for each in json.loads(Path("vnetlint-baseline.json").read_text())["findings"]]
    assert f"{URI}/network/lan" in held
    assert Ran("check", URI).code == 0
    # A run on files says nothing about a host, and the other way round.
    assert "no longer found" not in Ran("check", "lan.xml").err
    assert Ran("baseline", "write", "lan.xml").code == 0
    assert "no longer found" not in Ran("check", URI).err
    libvirt.networks = (LAB,)
    assert "in the baseline no longer found" in Ran("check", URI).err
    assert Ran("baseline", "prune", URI).code == 0
    held = [each["path"] for each in json.loads(Path("vnetlint-baseline.json").read_text())["findings"]]
    assert f"{URI}/network/lan" not in held
    assert "lan.xml" in held


# -- what is not known -------------------------------------------------------------------------------------------------


def test_an_object_that_disappears_is_noted(libvirt: FakeLibvirt) -> None:
    libvirt.networks = (LAB, FakeObject("old", FakeError(NO_NETWORK, "Network not found")))
    libvirt.guests = (FakeObject("off", FakeError(NO_DOMAIN, "Domain not found")),)
    ran = Ran("check", URI, "--ignore", "filter", "--ignore", "project")
    assert ran.code == 0, ran.out
    for path in ("network/old", "domain/off"):
        assert f"{URI}/{path}: it disappeared while it was read, and is not checked\n" in ran.err


def test_an_object_that_may_not_be_read_fails_the_run(libvirt: FakeLibvirt) -> None:
    libvirt.networks = (LAB, FakeObject("secret", FakeError(ACCESS_DENIED, "access denied")))
    ran = Ran("check", URI, "--output-format", "concise")
    assert ran.code == 2
    assert "/network/secret:1:1: error: cannot be read: access denied [unreadable-file]" in ran.out


def test_a_driver_without_definitions_beside_what_runs(libvirt: FakeLibvirt, monkeypatch: pytest.MonkeyPatch) -> None:
    class Only(FakeObject):
        def XMLDesc(self, flags: int) -> str:  # noqa: N802
            if flags:
                raise FakeError(INVALID_ARG, "unsupported flags (0x1)")
            return NAT

    libvirt.networks = (Only("lab", NAT),)
    assert f"{URI}/network/lab: network lab\n" in Ran("show", URI).out


def test_filters_may_not_be_listed(libvirt: FakeLibvirt) -> None:
    filtered = guest("web", "x").replace("<source", "<filterref filter='y'/><source")
    libvirt.networks, libvirt.guests = (), (FakeObject("web", filtered),)
    for error, reason in (
        (FakeError(NO_SUPPORT, "not supported"), "this driver has none"),
        (FakeError(SYSTEM_ERROR, "Failed to connect socket to '/run/virtnwfilterd-sock-ro'."), "Failed to connect"),
    ):
        libvirt.filters = error
        assert f"{URI}: network filters: not seen: {reason}" in Ran("check", URI).err
        rules = {rule for _, rule in found()}
        assert "unknown-network" in rules
        assert "unknown-filter" not in rules


def refuses(**changes: Any) -> Callable[[FakeLibvirt], None]:
    return lambda libvirt: vars(libvirt).update(changes)


NONE: Listed = FakeError(SYSTEM_ERROR, "End of file while reading data: Input/output error")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            refuses(refuses=FakeError(38, "Failed to connect socket to '/run/x': No such file or directory")),
            "cannot connect: Failed to connect socket to '/run/x': No such file or directory; does libvirt run there?",
        ),
        (
            refuses(refuses=FakeError(38, "Failed to connect socket to '/run/x': Permission denied")),
            "cannot connect: Failed to connect socket to '/run/x': Permission denied; "
            "join the group libvirt, or ask as root",
        ),
        (
            refuses(refuses=FakeError(38, "ssh: Could not resolve hostname far:\n no: Connection reset")),
            "cannot connect: ssh: Could not resolve hostname far: no: Connection reset; is the name of the host right?",
        ),
        (refuses(networks=NONE), "cannot list networks: End of file while reading data: Input/output error"),
        (refuses(guests=NONE), "cannot list guests: End of file while reading data: Input/output error"),
        (refuses(filters=NONE, alive=False), "cannot list network filters: End of file while reading data: "
         "Input/output error"),
        (refuses(hangs=True), "no answer within 0.05 seconds"),
    ],
)  # fmt: skip
def test_a_host_that_cannot_be_asked_is_one_line(
    libvirt: FakeLibvirt, monkeypatch: pytest.MonkeyPatch, change: Callable[[FakeLibvirt], None], message: str
) -> None:
    monkeypatch.setattr(reading, "CONNECT_SECONDS", 0.05)
    change(libvirt)
    for command in ("check", "reach"):
        ran = Ran(command, URI)
        assert (ran.code, ran.out, ran.err) == (2, "", f"vnetlint: {URI}: {message}\n")


def test_without_libvirt_python_the_way_to_install_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "libvirt", None)
    ran = Ran("check", "qemu:///system")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "vnetlint: qemu:///system: libvirt-python is not installed: run `pip install 'vnetlint[libvirt]'`, or install "
        "the distribution's package python3-libvirt\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("https://far/x.xml",), "https://far/x.xml: not a connection to libvirt"),
        (("qemuu:///system",), "qemuu:///system: not a connection to libvirt"),
        ((URI, "."), "a running host is checked by itself: name either files or URIs of libvirt"),
        ((URI, "-"), "a running host is checked by itself"),
        ((URI, "--stdin-filename", "x.xml"), "a running host is checked by itself"),
        (("qemu:///system", "qemu:///system?socket=/x"), "qemu:///system: named twice"),
    ],
)  # fmt: skip
def test_paths_that_do_not_go_together(libvirt: FakeLibvirt, arguments: tuple[str, ...], message: str) -> None:
    ran = Ran("check", *arguments)
    assert (ran.code, ran.out, ran.err.count("\n"), libvirt.opened) == (2, "", 1, [])
    assert ran.err.startswith(f"vnetlint: {message}")


def test_a_file_with_the_name_of_a_connection_is_named_with_its_folder(libvirt: FakeLibvirt) -> None:
    Path("qemu:").mkdir()
    Path("qemu:/system").write_text(BRIDGED)
    ran = Ran("check", "./qemu:///system", "--output-format", "concise")
    assert ran.out.startswith("qemu:/system:6:3: ")
    assert libvirt.opened == []


# -- parts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "is_near"),
    [
        ("qemu:///system", "qemu:///system", True),
        ("qemu:///session", "qemu:///session", True),
        ("qemu+unix:///system", "qemu+unix:///system", True),
        ("qemu+unix:///system?socket=/run/x", "qemu+unix:///system", False),
        ("qemu+ssh://root@far:22/system?no_tty=1", "qemu+ssh://root@far:22/system", False),
        ("qemu://far/system", "qemu://far/system", False),
        ("test:///default", "test:///default", False),
        ("test:///srv/node.xml", "test:///srv/node.xml", False),
        ("xen:///", "xen://", True),
        ("lxc:///system", "lxc:///system", True),
    ],
)
def test_the_parts_of_a_uri(text: str, name: str, is_near: bool) -> None:
    uri = parse_uri(text)
    assert (uri.name, uri.is_of_this_machine) == (name, is_near)
    assert is_uri(LibvirtKey(uri.name, "network", "lan").display)


@pytest.mark.parametrize(
    "text", ["qemu", "qemu:/system", "QEMU:///system", "file:///x", "https://x", "://", "+ssh://x/"]
)
def test_what_is_no_connection(text: str) -> None:
    with pytest.raises(LiveError, match="not a connection to libvirt"):
        parse_uri(text)


def test_this_machine_is_asked_for_what_libvirt_does_not_tell(
    libvirt: FakeLibvirt, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, ...]] = []

    def run(command: tuple[str, ...]) -> Output:
        asked.append(command)
        links = '[{"ifname": "br0", "linkinfo": {"info_kind": "bridge"}, "operstate": "UP", "addr_info": []}]'
        return Output(0, links, "") if command[:2] == ("ip", "-json") else Output(127, "", "not installed")

    system = System(run, lambda _: None, lambda _: (), lambda _: None)
    live = read_host(parse_uri("qemu:///system"))
    monkeypatch.setattr("socket.gethostname", lambda: "far.example.org")
    made = inventory.host_of(live, None, system)
    assert asked
    assert not any("virsh" in each for each in asked)
    assert [each.name for each in made.inventory.networks or ()] == ["lab", "lan"]
    monkeypatch.setattr("socket.gethostname", lambda: "container")
    asked.clear()
    elsewhere = inventory.host_of(live, None, system)
    assert (asked, elsewhere.inventory.interfaces) == ([], None)
    assert "only what libvirt tells is known of this host" in elsewhere.remarks[0]


def test_the_inventory_has_what_libvirt_tells(libvirt: FakeLibvirt) -> None:
    leases = ({"mac": "52:54:00:AA:00:02", "ipaddr": "10.20.1.7", "prefix": 24}, {"mac": None, "ipaddr": None})
    libvirt.networks = (replace(LAB, leases=leases), LAN)
    made = inventory.host_of(read_host(parse_uri(URI)), None).inventory
    assert made.model_dump(mode="json", by_alias=True, exclude_unset=True) == {
        "version": 1,
        "name": "far",
        "libvirt": "9.0.0",
        "networks": [
            {"name": "lab", "active": True, "autostart": True, "bridge": "virbr5", "subnets": ["10.20.1.0/24"]},
            {"name": "lan", "active": True, "autostart": False, "subnets": ["10.0.0.0/24"]},
        ],
        "guests": [
            {"name": "db", "autostart": False, "nics": [{"mac": "52:54:00:aa:00:02", "addresses": ["10.20.1.7/24"]}]},
            {"name": "web", "autostart": False, "nics": [{"mac": "52:54:00:aa:00:01"}]},
        ],
        "filters": ["mine"],
    }


def test_what_only_guests_know_stays_from_an_inventory(libvirt: FakeLibvirt) -> None:
    known = {"name": "db", "autostart": True, "routes": [], "forwarding": True}
    host = Host.of({"version": 1, "guests": [known, {"name": "old"}], "networks": [{"name": "old"}]})
    made = inventory.host_of(read_host(parse_uri(URI)), host).inventory
    guests = {each.name: each for each in made.guests or ()}
    assert guests.keys() == {"db", "web"}
    assert (guests["db"].forwarding, guests["db"].autostart) == (True, False)
    assert [each.name for each in made.networks or ()] == ["lab", "lan"]


def test_a_guest_that_runs_in_another_form_is_noted(libvirt: FakeLibvirt) -> None:
    running = guest("db", "lab", 2).replace(
        "network='lab'/>", "network='lab' portid='x' bridge='virbr5'/><target dev='vnet0'/>"
    )
    libvirt.guests = (replace(DB, running=running),)
    note = f"{URI}/domain/db: it runs in another form than it is defined, until it is restarted\n"
    assert note in Ran("check", URI).err
    libvirt.guests = (replace(DB, running=running.replace("'lab'", "'lan'")),)
    assert note not in Ran("check", URI).err


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("mode='nat'", "mode='route'", True),
        ("10.20.1.1", "10.20.2.1", True),
        ("<name>", "<name><!-- running -->", False),
        ("</network>", "<dns/></network>", False),
    ],
)
def test_what_differs_in_a_network(before: str, after: str, expected: bool) -> None:
    key = LibvirtKey("qemu:///system", "network", "lab")
    assert differs(key, NAT, NAT.replace(before, after)) == expected


def test_a_worker_gives_up_and_raises_what_a_question_raises() -> None:
    worker = Worker("qemu:///system")
    assert worker.ask(lambda: 7, 5) == 7
    with pytest.raises(ZeroDivisionError):
        worker.ask(lambda: 1 // 0, 5)
    with pytest.raises(LiveError, match=r"qemu:///system: no answer within 0.01 seconds"):
        worker.ask(threading.Event().wait, 0.01)
