"""Each version of libvirt refuses what vnetlint reports as refused for that version in the inventory."""

from collections.abc import Iterator

import pytest

from tests.oracle.libvirtd import ROOTS, Bridge, Host, Libvirtd, Nic, Route
from tests.sources import named
from vnetlint import host as inventory
from vnetlint.engine.lint import lint
from vnetlint.settings import Settings

pytestmark = pytest.mark.oracle

HOST = Host(
    nics=(Nic("eth0", ("192.168.50.10/24",)), Nic("eth1")),
    bridges=(Bridge("br0", ("eth1",)),),
    routes=(Route("default", via="192.168.50.1"), Route("10.200.0.0/24", via="192.168.50.20")),
)
INVENTORY = {
    "version": 1,
    "interfaces": [{"name": "eth0", "addresses": ["192.168.50.10/24"]}, {"name": "eth1", "master": "br0"},
                   {"name": "br0", "kind": "bridge"}],
    "routes": [{"to": "default", "via": "192.168.50.1", "dev": "eth0"},
               {"to": "10.200.0.0/24", "via": "192.168.50.20", "dev": "eth0"}],
    "bridge_vlan_filtering": False,
}  # fmt: skip
IP = "<ip address='10.0.0.1' prefix='24'/>"
VLAN = "<vlan><tag id='42'/></vlan>"
MIDONET = "<virtualport type='midonet'><parameters interfaceid='09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f'/></virtualport>"
NETWORKS = (
    "<forward mode='open'/>",
    "<title>first&#10;second</title>" + IP,
    "<forward mode='bridge'/><bridge name='br0'/>" + VLAN,
    "<forward mode='bridge'/><bridge name='br0'/><portgroup name='sales'>" + VLAN + "</portgroup>",
    "<forward mode='bridge'/><bridge name='br0'/>" + MIDONET + VLAN,
    "<forward mode='bridge'><interface dev='eth0'/></forward>" + VLAN,
    "<forward mode='private'><interface dev='eth0'/></forward>" + VLAN,
    "<forward mode='nat'/>" + IP + VLAN,
    IP + "<route address='10.200.0.0' prefix='24' gateway='10.0.0.2'/>",
    IP + "<route address='192.168.50.0' prefix='24' gateway='10.0.0.2'/>",
    "<forward mode='open'/><ip address='192.168.50.1' prefix='24'/>",
    "<forward mode='nat'/><ip address='10.200.0.1' prefix='24'/>",
    "<forward mode='nat'/><ip address='10.200.0.1' prefix='25'/>",
    "<mtu size='100000'/>" + IP,
)
CARDS = (
    "<interface type='bridge'><source bridge='br0'/>" + VLAN + "</interface>",
    "<interface type='network'><source network='lan'/>" + VLAN + "</interface>",
    "<interface type='direct'><source dev='eth0' mode='bridge'/>" + VLAN + "</interface>",
    "<interface type='user'>" + VLAN + "</interface>",
    "<interface type='mcast'><source address='230.0.0.1' port='5558'/>" + VLAN + "</interface>",
    "<interface type='server'><source address='127.0.0.1' port='5558'/>" + VLAN + "</interface>",
    "<interface type='udp'><source address='127.0.0.1' port='5558'><local address='127.0.0.1' port='5559'/></source>"
    + VLAN + "</interface>",
)  # fmt: skip
LAN = "<network><name>lan</name><forward mode='nat'/><ip address='10.9.0.1' prefix='24'/></network>"
GUEST = (
    "<domain type='qemu'><name>web</name><memory>65536</memory><os><type>hvm</type></os><devices>{}</devices></domain>"
)


@pytest.fixture(scope="module", params=ROOTS)
def asked(request: pytest.FixtureRequest) -> Iterator[tuple[Libvirtd, Settings]]:
    version, root = request.param, ROOTS[request.param]
    with Libvirtd(HOST, root) as daemon:
        assert daemon.define_network(LAN).ok
        assert daemon.start_network("lan").ok
        yield daemon, Settings(host=inventory.Host.of(INVENTORY | {"libvirt": version}))


@pytest.mark.parametrize("body", NETWORKS)
def test_networks(asked: tuple[Libvirtd, Settings], body: str) -> None:
    daemon, settings = asked
    text = f"<network><name>own</name>{body}</network>"
    verdict = daemon.judge_network(text)
    refused = "define" if not verdict.define.ok else "start" if verdict.start and not verdict.start.ok else None
    assert _said(settings, {"define", "start"}, text) == refused


@pytest.mark.parametrize("card", CARDS)
def test_guests(asked: tuple[Libvirtd, Settings], card: str) -> None:
    daemon, settings = asked
    text = GUEST.format(card)
    verdict = daemon.judge_domain(text)
    refused = "define" if not verdict.define.ok else "plug" if verdict.start and not verdict.start.ok else None
    assert _said(settings, {"define", "plug"}, text, LAN) == refused


def _said(settings: Settings, moments: set[str], *texts: str) -> str | None:
    sources = [named(f"{number}.xml", text) for number, text in enumerate(texts)]
    errors = [each for each in lint(sources, settings).findings if each.severity == "error" and each.path == "0.xml"]
    said = {each.when for each in errors} & moments
    assert len(said) < 2, errors
    return said.pop() if said else None
