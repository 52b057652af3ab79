"""libvirt does with Open vSwitch and passt what the rules say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .libvirtd import ROOTS, Answer, Bridge, Host, Libvirtd, Nic

pytestmark = pytest.mark.oracle

MAC = "52:54:00:0a:0b:0c"
SWITCH = "<source bridge='ovsbr0'/><virtualport type='openvswitch'/><target dev='port1'/>"
REFUSED = f"unsupported configuration: interface {MAC} - "


def guest(interface: str, kind: str = "bridge", memory: str = "") -> str:
    """The smallest guest that starts, with a NIC."""
    return f"""
<domain type='qemu'>
  <name>guest</name>
  <memory unit='MiB'>32</memory>
  {memory}
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <devices>
    <interface type='{kind}'><mac address='{MAC}'/>{interface}<model type='virtio'/></interface>
    <memballoon model='none'/>
  </devices>
</domain>
"""


HOST = Host(
    nics=(Nic("eth0", ("192.168.50.10/24",)), Nic("eth1")),
    bridges=(Bridge("br0", ports=("eth1",)), Bridge("ovsbr0", is_ovs=True)),
)
WITH_PASST = ("11.3", "12.8")
"""Debian's libvirt 9.0 is built without passt."""


@pytest.fixture(scope="module", params=ROOTS)
def switch(request: pytest.FixtureRequest) -> Iterator[Libvirtd]:
    with Libvirtd(HOST, root=ROOTS[request.param]) as daemon:
        yield daemon


def port(libvirtd: Libvirtd, name: str) -> dict[str, str]:
    """A port in the database of Open vSwitch: its tag, its trunks and so on."""
    listed = libvirtd.run("ovs-vsctl", "--timeout=10", "list", "port", name).stdout
    pairs = (line.partition(":") for line in listed.splitlines())
    return {key.strip(): value.strip() for key, _, value in pairs}


@pytest.mark.parametrize(
    ("vlan", "tag", "trunks", "mode"),
    [
        ("", "[]", "[]", "[]"),
        ("<vlan><tag id='42'/></vlan>", "42", "[]", "[]"),
        ("<vlan trunk='yes'><tag id='42'/><tag id='43'/></vlan>", "[]", "[42, 43]", "[]"),
        ("<vlan trunk='yes'><tag id='42' nativeMode='untagged'/></vlan>", "42", "[42]", "native-untagged"),
    ],
)
def test_a_port_has_the_vlans_of_the_guest(switch: Libvirtd, vlan: str, tag: str, trunks: str, mode: str) -> None:
    assert switch.define_domain(guest(SWITCH + vlan)) == Answer(True)
    assert switch.start_domain("guest") == Answer(True)
    found = port(switch, "port1")
    switch.reset()
    assert (found["tag"], found["trunks"], found["vlan_mode"]) == (tag, trunks, mode)


@pytest.mark.parametrize(
    ("interface", "said"),
    [
        ("<source bridge='ovsbr0'/>", "Unable to add bridge ovsbr0 port vnet"),
        ("<source bridge='br0'/><virtualport type='openvswitch'/>", "to OVS bridge br0"),
        (SWITCH + "<filterref filter='clean-traffic'/>", REFUSED + "filterref is not supported for network interfaces"),
        (
            SWITCH + "<vlan trunk='yes'><tag id='42'/><tag id='42'/></vlan>",
            "Unable to add port port1 to OVS bridge ovsbr0",
        ),
    ],
)
def test_a_guest_is_refused_when_it_starts(switch: Libvirtd, interface: str, said: str) -> None:
    verdict = switch.judge_domain(guest(interface))
    assert verdict.define == Answer(True)
    assert verdict.start is not None
    assert said in verdict.start.message


def test_an_isolated_port_is_refused_at_define(switch: Libvirtd) -> None:
    verdict = switch.judge_domain(guest(SWITCH + "<port isolated='yes'/>"))
    assert verdict.define.message.startswith(REFUSED + "<port isolated='yes'/> is not supported")


def test_a_peak_is_the_limit_and_the_average_is_kept(switch: Libvirtd) -> None:
    limits = "<bandwidth><inbound average='1000' peak='5000'/></bandwidth>"
    assert switch.define_domain(guest(SWITCH + limits)) == Answer(True)
    assert switch.start_domain("guest") == Answer(True)
    found = switch.run("ovs-vsctl", "get", "qos", port(switch, "port1")["qos"], "other_config").stdout
    switch.reset()
    assert 'max-rate="40000000"' in found
    assert 'min-rate="8000000"' in found


@pytest.fixture(scope="module", params=WITH_PASST)
def passt(request: pytest.FixtureRequest) -> Iterator[Libvirtd]:
    with Libvirtd(HOST, root=ROOTS[request.param]) as daemon:
        yield daemon


def test_passt_opens_a_port_on_every_address(passt: Libvirtd) -> None:
    forward = "<backend type='passt'/><portForward proto='tcp'><range start='8022' to='22'/></portForward>"
    assert passt.define_domain(guest(forward, "user")) == Answer(True)
    assert passt.start_domain("guest") == Answer(True)
    listening = passt.run("ss", "-Hltn").stdout
    second = passt.judge_domain(
        guest(forward, "user").replace("<name>guest", "<name>second").replace(MAC, MAC[:-1] + "d")
    )
    passt.reset()
    assert "0.0.0.0:8022" in listening or "*:8022" in listening
    assert second.start is not None
    assert "Address already in use" in second.start.message


def test_passt_refuses_a_reversed_range(passt: Libvirtd) -> None:
    forward = "<backend type='passt'/><portForward proto='tcp'><range start='2010' end='2000'/></portForward>"
    verdict = passt.judge_domain(guest(forward, "user"))
    assert verdict.start is not None
    assert "Invalid port specifier" in verdict.start.message
