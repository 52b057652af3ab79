"""`vnetlint mode`: the diff, the words, what is written, and the exit codes."""

import json
from pathlib import Path

import pytest

from tests.test_cli import GOOD, Ran

DIFF = """--- a/lan.xml
+++ b/lan.xml
@@ -1,5 +1,5 @@
 <network>
   <name>lan</name>
-  <forward mode='nat'/>
+  <forward mode='route'/>
   <ip address='10.0.0.1' prefix='24'/>
 </network>
"""
WORDS = """network 'lan': nat to routed
  set the mode to 'route'
  needs: a route to 10.0.0.0/24 via this host on the LAN's router, or guests get no replies
  to apply: virsh net-destroy lan; virsh net-undefine lan; virsh net-define lan.xml; virsh net-start lan
  to apply: then restart the network's guests; net-undefine, needed without a <uuid>, also turned autostart off
  reach: guest → LAN: yes as the host's IPv4 address on the LAN of uplink, if the host's firewall accepts what it \
forwards and libvirt's firewall backend is nftables → packets arrive, but no reply comes back, if the host's firewall \
accepts what it forwards, unless the LAN's router has a route to 10.0.0.0/24 by this host and 1 more (IPv4)
  reach: guest → Internet: yes as the router's public address, if the host has an IPv4 default route and the host's \
firewall accepts what it forwards and 2 more → packets arrive, but no reply comes back as the router's public \
address, if the host has an IPv4 default route and the host's firewall accepts what it forwards and 3 more (IPv4)
"""
ROUTED = GOOD.replace("'nat'", "'route'")
TWO = GOOD + GOOD.replace("lan", "dmz").replace("10.0.0", "10.0.1")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("lan.xml").write_text(GOOD)
    return tmp_path


def test_a_diff_is_shown_and_nothing_written() -> None:
    ran = Ran("mode", "lan.xml", "routed")
    assert (ran.code, ran.out, ran.err) == (1, DIFF, WORDS)
    assert Path("lan.xml").read_text() == GOOD


def test_write_writes_the_file() -> None:
    ran = Ran("mode", "lan.xml", "routed", "--write")
    assert (ran.code, ran.out, ran.err) == (0, WORDS, "")
    assert Path("lan.xml").read_text() == ROUTED


@pytest.mark.parametrize("write", [(), ("--write",)])
def test_a_network_that_has_the_mode_is_left_alone(write: tuple[str, ...]) -> None:
    ran = Ran("mode", "lan.xml", "nat", *write)
    assert (ran.code, ran.out, ran.err) == (0, "network 'lan' is nat already\n", "")
    assert Path("lan.xml").read_text() == GOOD


def test_standard_input_is_shown_as_a_diff_or_written_to_standard_output() -> None:
    ran = Ran("mode", "-", "routed", "--stdin-filename", "lan.xml", stdin=GOOD.encode())
    assert (ran.code, ran.out, ran.err) == (1, DIFF, WORDS)
    ran = Ran("mode", "-", "routed", "--write", stdin=GOOD.encode())
    assert (ran.code, ran.out, ran.err) == (0, ROUTED, WORDS.replace("lan.xml", "FILE"))
    ran = Ran("mode", "-", "nat", "--write", stdin=GOOD.encode())
    assert (ran.code, ran.out, ran.err) == (0, GOOD, "network 'lan' is nat already\n")


def test_one_of_several_networks_is_chosen_by_name() -> None:
    Path("lan.xml").write_text(TWO)
    ran = Ran("mode", "lan.xml", "routed")
    assert (ran.code, ran.err) == (2, "vnetlint: lan.xml: 2 networks (lan, dmz): choose one with --network NAME\n")
    ran = Ran("mode", "lan.xml", "routed", "--network", "wan")
    assert (ran.code, ran.err) == (2, "vnetlint: lan.xml: there is no network 'wan': expected lan, dmz\n")
    assert Ran("mode", "lan.xml", "routed", "--network", "dmz", "--write").code == 0
    assert Path("lan.xml").read_text() == GOOD + ROUTED.replace("lan", "dmz").replace("10.0.0", "10.0.1")


def test_what_checking_reports_afterwards_is_shown() -> None:
    interfaces = [{"name": "br9", "kind": "bridge", "ports": []}]
    Path("host.json").write_text(json.dumps({"version": 1, "interfaces": interfaces}))
    ran = Ran("mode", "lan.xml", "bridged", "--uplink", "br9", "--host", "host.json")
    assert ran.code == 1
    assert "  now reported: lan.xml:4: error: bridge 'br9' has no NIC among its ports" in ran.err


def test_a_network_with_a_uuid_is_defined_again() -> None:
    uuid = "<uuid>5f0a1c1e-8f9b-4a53-8f2e-6b1d6c2f7a10</uuid>"
    Path("lan.xml").write_text(GOOD.replace("</name>", f"</name>{uuid}"))
    lines = [each for each in Ran("mode", "lan.xml", "routed").err.splitlines() if "to apply" in each]
    assert lines == [
        "  to apply: virsh net-define lan.xml; virsh net-destroy lan; virsh net-start lan",
        "  to apply: then restart the network's guests",
    ]


def test_what_it_breaks_in_guests_is_shown_too() -> None:
    nic = "<interface type='network'><source network='lan'/><port isolated='yes'/></interface>"
    Path("web.xml").write_text(f"<domain type='kvm'><name>web</name><devices>{nic}</devices></domain>")
    ran = Ran("mode", "lan.xml", "macvtap", "--uplink", "eth1")
    assert "  now reported: web.xml:1: error: network 'lan' uses macvtap, where libvirt cannot isolate ports" in ran.err


@pytest.mark.parametrize("configuration", ["vnetlint.toml", "unrelated.toml"])
def test_the_other_files_of_the_host_count(configuration: str) -> None:
    Path(configuration).write_text("")
    Path("lan.xml").write_text("<network><name>lan</name></network>\n")
    Path("dmz.xml").write_text(GOOD.replace("lan", "dmz").replace("10.0.0.1", "192.168.123.1"))
    assert "added <ip> for 192.168.124.0/24 with DHCP" in Ran("mode", "lan.xml", "nat").err
    assert (
        "overlaps 192.168.123.0/24 of network 'dmz'" in Ran("mode", "lan.xml", "nat", "--subnet", "192.168.0.0/16").err
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("mode", ".", "nat"), ".: a folder: name the file of the network"),
        (("mode", "missing.xml", "nat"), "missing.xml"),
        (("mode", "lan.xml", "bridge"), "'bridge' is not one of"),
        (("mode", "lan.xml"), "Missing argument"),
        (("mode", "lan.xml", "bridged"), "lan.xml: bridged: missing bridge of the host: pass --uplink"),
        (("mode", "lan.xml", "nat", "--uplink", "br0"), "lan.xml: --uplink br0: only bridged and macvtap networks"),
        (("mode", "binary.xml", "nat"), "binary.xml:1:10: this is binary data, not XML"),
        (("mode", "-", "nat"), "<stdin>"),
    ],
)
def test_an_impossible_job_exits_with_2_and_one_line(arguments: tuple[str, ...], message: str) -> None:
    Path("binary.xml").write_bytes(b"<network>\0</network>")
    ran = Ran(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert ran.err.count("\n") == 1
