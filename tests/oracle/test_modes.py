"""libvirt 9.0 and 12.8 accept and start a network of every mode after its conversion to every other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conversions import SOURCES
from tests.sources import named
from vnetlint.engine.convert import convert
from vnetlint.remedies.choose import AIMS, Aim, Wish
from vnetlint.settings import Settings

from .libvirtd import ROOTS, Answer, Bridge, Host, Libvirtd, Nic, Verdict

pytestmark = pytest.mark.oracle

HOST = Host(
    nics=(Nic("eth0", ("192.168.50.10/24",)), Nic("eth1"), Nic("eth2"), Nic("eth3")),
    bridges=(Bridge("br0", ports=("eth1",)), Bridge("br1"), Bridge("ovs0", is_ovs=True)),
    traffic_control=("htb", "fw", "ingress", "police", "sfq"),
)
UPLINKS = {"bridged": "br0", "macvtap": "eth2"}
ACCEPTED = Verdict(Answer(True), Answer(True))
GUEST = """
<domain type='qemu'>
  <name>guest</name>
  <memory unit='MiB'>32</memory>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <devices>
    <interface type='network'><source network='lan'/><model type='virtio'/></interface>
    <memballoon model='none'/>
  </devices>
</domain>
"""


@pytest.fixture(scope="module", params=["9.0", "12.8"])
def libvirtd(request: pytest.FixtureRequest) -> Iterator[Libvirtd]:
    with Libvirtd(HOST, root=ROOTS[request.param]) as daemon:
        yield daemon


@pytest.mark.parametrize("source", SOURCES)
def test_libvirt_starts_what_a_conversion_makes(libvirtd: Libvirtd, source: str) -> None:
    for aim in AIMS:
        done = convert(named("lan.xml", SOURCES[source]), Wish(aim, UPLINKS.get(aim)), None, Settings())
        if done.changes:
            assert (aim, libvirtd.judge_network(done.text.text)) == (aim, ACCEPTED)


@pytest.mark.parametrize(
    ("source", "aim", "uplink"),
    [
        ("nat", "bridged", "br0"),
        ("unstated", "bridged", "br0"),
        ("unstated", "macvtap", "eth2"),
        ("bridged", "nat", None),
        ("bridged", "macvtap", "eth2"),
        ("passthrough", "isolated", None),
        ("hostdev", "routed", None),
        ("macvtap", "bridged", "br0"),
    ],
)
def test_a_guest_is_plugged_into_what_a_conversion_makes(
    libvirtd: Libvirtd, source: str, aim: Aim, uplink: str | None
) -> None:
    done = convert(named("lan.xml", SOURCES[source]), Wish(aim, uplink), None, Settings())
    try:
        assert libvirtd.define_network(done.text.text) == Answer(True)
        assert libvirtd.start_network("lan") == Answer(True)
        assert libvirtd.define_domain(GUEST) == Answer(True)
        assert libvirtd.start_domain("guest") == Answer(True)
    finally:
        libvirtd.renew()


def test_a_running_network_takes_its_new_mode_as_the_command_says(libvirtd: Libvirtd) -> None:
    text = "<network><name>lan</name>{}<forward mode='nat'/><ip address='10.30.1.1' prefix='24'/></network>"
    uuid = "<uuid>5f0a1c1e-8f9b-4a53-8f2e-6b1d6c2f7a10</uuid>"
    for identity, accepted in ((uuid, True), ("", False)):
        before = text.format(identity)
        done = convert(named("lan.xml", before), Wish("routed"), None, Settings())
        assert libvirtd.define_network(before) == Answer(True)
        assert libvirtd.start_network("lan") == Answer(True)
        again = libvirtd.define_network(done.text.text)
        assert again.ok == accepted
        if not accepted:
            assert again.message.startswith("operation failed: network 'lan' already exists with uuid ")
        libvirtd.renew()
