"""Names and addresses of the project and the host."""

import re

from tests.complete.asking import inserted, labels, offers, project
from vnetlint.host import Host

LAN = (
    "<network><name>lan</name><bridge name='virbr1'/><ip address='10.5.0.1' netmask='255.255.255.0'><dhcp>"
    "<range start='10.5.0.100' end='10.5.0.200'/></dhcp></ip>"
    "<portgroup name='web' default='yes'/><portgroup name='db'/></network>"
)
OTHER = "<network><name>other</name><forward mode='bridge'/><bridge name='br0'/><portgroup name='x'/></network>"
FILTER = (
    "<filter name='own'><rule action='accept' direction='out'><ip srcipaddr='$ADDR' dstipaddr='$PEER'/></rule></filter>"
)
GUEST = (
    "<domain type='kvm'><name>g</name><devices><interface type='network'><mac address='52:54:00:00:00:01'/>"
    "<source network='lan'/></interface>{}</devices></domain>"
)
HOST = Host.of(
    {
        "version": 1,
        "interfaces": [
            {"name": "eth0", "addresses": ["192.168.50.10/24"]},
            {"name": "eth1", "vfs": ["0000:04:00.1", "0000:04:00.2"]},
            {"name": "br0", "kind": "bridge"},
            {"name": "virbr2", "kind": "bridge"},
        ],
        "networks": [{"name": "default", "bridge": "virbr0", "subnets": ["192.168.122.0/24"]}],
        "filters": ["site-filter"],
    }
)
SITE = project(LAN, OTHER, FILTER, GUEST.format(""), host=HOST)


def test_networks() -> None:
    text = GUEST.format("<interface type='network'><source network='‸'/></interface>")
    found = offers(text, SITE)
    assert [each.label for each in found.items] == ["lan", "other", "default"]
    assert [each.detail for each in found.items] == ["isolated 10.5.0.0/24", "bridge", "a network of the host"]
    assert not found.is_incomplete
    listen = GUEST.format("<graphics type='vnc'><listen type='network' network='‸'/></graphics>")
    assert labels(listen, SITE) == ["lan", "other", "default"]


def test_portgroups_of_the_chosen_network() -> None:
    text = GUEST.format("<interface type='network'><source network='{}' portgroup='‸'/></interface>")
    assert labels(text.format("lan"), SITE) == ["web", "db"]
    assert labels(text.format("other"), SITE) == ["x"]


def test_bridges_and_devices() -> None:
    assert labels(GUEST.format("<interface type='bridge'><source bridge='‸'/></interface>"), SITE) == [
        "br0", "virbr2", "virbr1",
    ]  # fmt: skip
    assert labels(GUEST.format("<interface type='direct'><source dev='‸'/></interface>"), SITE) == ["eth0", "eth1"]
    assert labels("<network><forward mode='nat' dev='‸'/></network>", SITE) == ["eth0", "eth1"]
    assert labels("<network><forward mode='hostdev'><pf dev='‸'/></forward></network>", SITE) == ["eth1"]


def test_a_network_is_offered_a_free_bridge_or_one_of_the_host() -> None:
    assert labels("<network><forward mode='nat'/><bridge name='‸'/></network>", SITE) == ["virbr3", "virbr4", "virbr5"]
    assert labels("<network><forward mode='bridge'/><bridge name='‸'/></network>", SITE) == ["br0", "virbr2"]


def test_filters_and_the_variables_that_they_need() -> None:
    text = GUEST.format(
        "<interface type='network'><source network='lan'/><filterref filter='{}'>{}</filterref></interface>"
    )
    found = labels(text.format("‸", ""), SITE)
    assert found[0] == "own"
    assert {"clean-traffic", "site-filter"} <= set(found)
    assert labels(text.format("own", "<parameter name='‸' value='1'/>"), SITE) == ["ADDR", "PEER"]
    given = "<parameter name='ADDR' value='10.5.0.7'/><parameter name='‸' value='1'/>"
    assert labels(text.format("own", given), SITE) == ["PEER"]
    assert labels("<filter name='own'><filterref filter='‸'/></filter>", SITE)[0] != "own"


def test_aliases_for_teaming() -> None:
    persistent = (
        "<interface type='network'><source network='lan'/><teaming type='persistent'/><alias name='ua-a'/></interface>"
    )
    transient = "<interface type='hostdev'><source/><teaming type='transient' persistent='‸'/></interface>"
    assert labels(GUEST.format(persistent + transient), SITE) == ["ua-a"]


def test_free_addresses_of_a_range_and_a_subnet() -> None:
    text = LAN.replace("</dhcp>", "<host mac='52:54:00:00:00:09' ip='10.5.0.2'/><host ip='{}‸'/></dhcp>")
    found = offers(text.format(""), SITE)
    assert [each.label for each in found.items[:3]] == ["10.5.0.3", "10.5.0.4", "10.5.0.5"]
    assert len(found.items) == 20
    assert found.is_incomplete
    assert labels(text.format("10.5.0.25"), SITE) == ["10.5.0.25", "10.5.0.250", "10.5.0.251", "10.5.0.252",
                                                       "10.5.0.253", "10.5.0.254"]  # fmt: skip
    assert offers(text.format("10.5.0.10"), SITE).items[0].detail == "free"
    ranges = LAN.replace("</dhcp>", "<range start='‸'/></dhcp>")
    assert labels(ranges, SITE) == ["10.5.0.2"]
    assert labels(LAN.replace("end='10.5.0.200'", "end='‸'"), SITE) == ["10.5.0.254"]


def test_addresses_of_new_networks_are_free() -> None:
    found = labels("<network><ip address='‸'/></network>", SITE)
    assert len(found) == 3
    assert not any(each.startswith(("10.5.0.", "192.168.122.", "192.168.50.")) for each in found)


def test_fresh_identities() -> None:
    (mac,) = labels(GUEST.format("<interface type='user'><mac address='‸'/></interface>"), SITE)
    assert re.fullmatch("52:54:00(:[0-9a-f]{2}){3}", mac)
    assert mac != "52:54:00:00:00:01"
    (uuid,) = labels("<network><uuid>‸</uuid></network>", SITE)
    assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", uuid)


def test_static_hosts_are_offered_the_guests_of_the_network() -> None:
    text = LAN.replace("</dhcp>", "<host mac='‸' ip='10.5.0.3'/></dhcp>")
    assert labels(text, SITE)[0] == "52:54:00:00:00:01"


def test_insertions_hold_names_of_the_project() -> None:
    text = inserted(GUEST.format("<‸"), "interface", SITE)
    assert "<source network='lan'/>" in text


def test_a_document_alone_is_its_own_project() -> None:
    assert labels(LAN.replace("</dhcp>", "<host ip='10.5.0.25‸'/></dhcp>"))[0] == "10.5.0.25"
