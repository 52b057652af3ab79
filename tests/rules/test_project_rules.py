"""Cases of the rules across files that their pages do not show."""

from itertools import permutations
from typing import Any

import pytest

from tests.sources import named
from vnetlint.engine.fix import fix
from vnetlint.engine.lint import lint
from vnetlint.finding import Finding
from vnetlint.host import Host
from vnetlint.settings import FixPolicy, Settings

ETH0 = {"name": "eth0", "kind": "nic", "addresses": ["192.168.50.10/24"]}


def settings(rule: str, host: dict[str, Any] | None, choices: dict[str, int]) -> Settings:
    known = Host.of({"version": 1, **host}) if host is not None else None
    return Settings(rules=frozenset({rule}), host=known, fixing=FixPolicy(choices=choices))


def found(rule: str, files: dict[str, str], host: dict[str, Any] | None = None) -> list[Finding]:
    return list(lint([named(path, text) for path, text in files.items()], settings(rule, host, {})).findings)


def fixed(rule: str, files: dict[str, str], host: dict[str, Any] | None = None, number: int = 1) -> dict[str, str]:
    result = fix([named(path, text) for path, text in files.items()], settings(rule, host, {rule: number}))
    return {each.after.path: each.after.text for each in result.changed}


def network(name: str, *inner: str) -> str:
    return f"<network>\n  <name>{name}</name>\n" + "".join(f"  {each}\n" for each in inner) + "</network>\n"


def guest(name: str, *interfaces: str) -> str:
    inner = "".join(f"    {each}\n" for each in interfaces)
    return f"<domain type='kvm'>\n  <name>{name}</name>\n  <devices>\n{inner}  </devices>\n</domain>\n"


def on_bridge(name: str, more: str = "") -> str:
    return f"<interface type='bridge'><source bridge='{name}'/>{more}</interface>"


def on_network(name: str, more: str = "") -> str:
    return f"<interface type='network'><source network='{name}'/>{more}</interface>"


def on_nic(name: str) -> str:
    return f"<interface type='direct'><source dev='{name}' mode='bridge'/></interface>"


JOINING = network("lan", "<forward mode='bridge'/>", "<bridge name='br0'/>")


def snippets(rule: str, files: dict[str, str], host: dict[str, Any]) -> list[str]:
    return [fix.snippet for each in found(rule, files, host) for fix in each.fixes if fix.safety == "display"]


# -- bridges and what the host itself uses ---------------------------------------------------------------------------


def test_a_bridge_that_does_not_exist_is_created_before_anything_is_attached() -> None:
    assert snippets("bridge-without-uplink", {"lan.xml": JOINING}, {"interfaces": [ETH0, {"name": "eth1"}]}) == [
        "ip link add name br0 type bridge && ip link set dev br0 up"
    ]


@pytest.mark.parametrize(
    "used",
    [
        {"name": "eth1", "addresses": ["10.0.0.2/24"]},
        {"name": "eth1", "master": "bond0"},
        {"name": "eth1", "up": False},
        {"name": "eth1", "wireless": True},
        {"name": "eth1", "is_vf": True},
    ],
)
def test_a_nic_in_use_is_never_named_in_a_command(used: dict[str, Any]) -> None:
    host = {"interfaces": [ETH0, used, {"name": "bond0", "kind": "bond", "addresses": ["10.1.0.1/24"]},
                           {"name": "br0", "kind": "bridge", "ports": []}]}  # fmt: skip
    (snippet,) = snippets("bridge-without-uplink", {"lan.xml": JOINING}, host)
    assert snippet == "ip link set dev NIC master br0 && ip link set dev NIC up"


def test_a_nic_with_a_vlan_or_a_route_or_a_guest_on_it_is_in_use() -> None:
    bridge = {"name": "br0", "kind": "bridge", "ports": []}
    host = {"interfaces": [{"name": "eth1"}, {"name": "eth1.7"}, {"name": "eth2"}, {"name": "eth3"}, bridge],
            "routes": [{"to": "10.9.0.0/16", "dev": "eth2"}]}  # fmt: skip
    files = {"lan.xml": JOINING, "web.xml": guest("web", on_nic("eth3"))}
    assert "NIC" in snippets("bridge-without-uplink", files, host)[0]
    assert "eth3" in snippets("bridge-without-uplink", {"lan.xml": JOINING}, host)[0]


def test_a_network_that_is_made_isolated_is_a_choice_and_keeps_the_rest() -> None:
    host = {"interfaces": [{"name": "br0", "kind": "bridge", "ports": []}]}
    (finding,) = found("bridge-without-uplink", {"lan.xml": JOINING}, host)
    assert [each.safety for each in finding.fixes] == ["choice", "display"]
    assert fixed("bridge-without-uplink", {"lan.xml": JOINING}, host) == {"lan.xml": network("lan")}


def test_a_nic_by_which_the_host_is_reached_is_not_taken_out_of_its_bridge() -> None:
    files = {"web.xml": guest("web", on_nic("eth1"))}
    port, bridge = {"name": "eth1", "master": "br0"}, {"name": "br0", "kind": "bridge"}
    free = snippets("direct-device-in-bridge", files, {"interfaces": [port, bridge]})
    own = snippets("direct-device-in-bridge", files, {"interfaces": [port, {**bridge, "addresses": ["10.0.0.2/24"]}]})
    assert (free, own) == (["ip link set dev eth1 nomaster"], ["ip -brief link"])


@pytest.mark.parametrize(("addresses", "warns"), [([], False), (["192.168.50.10/24"], True)])
def test_to_raise_the_mtu_of_the_nic_of_the_host_says_so(addresses: list[str], warns: bool) -> None:
    host = {"interfaces": [{"name": "eth0", "mtu": 1500, "master": "br0"},
                           {"name": "br0", "kind": "bridge", "addresses": addresses}]}  # fmt: skip
    (finding,) = found("mtu-above-uplink", {"web.xml": guest("web", on_bridge("br0", "<mtu size='9000'/>"))}, host)
    assert ("which the host uses too" in finding.fixes[-1].title) is warns


def test_the_route_of_a_lan_is_never_to_be_deleted() -> None:
    route = "<route address='192.168.50.0' prefix='24' gateway='10.5.0.9'/>"
    files = {"lab.xml": network("lab", "<ip address='10.5.0.1' prefix='24'/>", route)}
    assert snippets("route-also-on-host", files, {"interfaces": [ETH0]}) == ["ip route show 192.168.50.0/24"]


@pytest.mark.parametrize(("bridge", "reported"), [("docker0", True), ("virbr7", False), ("guests0", False)])
def test_a_bridge_of_another_program_or_network_keeps_its_name(bridge: str, reported: bool) -> None:
    host = {"interfaces": [{"name": bridge, "kind": "bridge", "ports": []}],
            "networks": [{"name": "guests", "bridge": "guests0"}]}  # fmt: skip
    files = {"lab.xml": network("lab", f"<bridge name='{bridge}'/>")}
    assert bool(found("bridge-name-of-host-device", files, host)) is (bridge == "docker0")
    assert bool(found("collides-with-host-network", files, host)) is (bridge == "guests0")


DEFAULT_COPY = network("lab", "<bridge name='virbr0'/>", "<ip address='192.168.122.1' prefix='24'/>")


@pytest.mark.parametrize(
    ("host", "severities"),
    [
        ({}, {"info"}),
        ({"networks": []}, set()),
        ({"interfaces": [ETH0]}, set()),
        ({"networks": [{"name": "default"}]}, {"warning"}),
        ({"networks": [{"name": "default", "bridge": "virbr0", "subnets": ["192.168.122.0/24"], "active": True}]},
         {"error"}),
        ({"networks": [{"name": "default", "bridge": "virbr1", "subnets": ["10.0.0.0/24"]}]}, set()),
        ({"networks": [{"name": "lab", "bridge": "virbr0"}]}, set()),
    ],
)  # fmt: skip
def test_the_usual_default_network_is_assumed_as_far_as_nothing_else_is_known(
    host: dict[str, Any], severities: set[str]
) -> None:
    findings = found("collides-with-host-network", {"lab.xml": DEFAULT_COPY}, host)
    assert {each.severity for each in findings} == severities


def test_a_project_with_its_own_default_network_is_asked_about_that_one() -> None:
    files = {"lab.xml": DEFAULT_COPY, "default.xml": network("default", "<bridge name='virbr9'/>")}
    assert found("collides-with-host-network", files, {}) == []


def test_the_network_that_runs_on_the_bridge_may_have_it() -> None:
    host = {"interfaces": [{"name": "guests0", "kind": "bridge", "ports": []}],
            "networks": [{"name": "guests", "bridge": "guests0"}]}  # fmt: skip
    files = {"guests.xml": network("guests", "<bridge name='guests0'/>")}
    assert found("bridge-name-of-host-device", files, host) == []


def test_commands_name_the_bridge_that_the_inventory_knows() -> None:
    host = {"forward_policy": "drop", "networks": [{"name": "lab", "bridge": "virbr4"}]}
    files = {"lab.xml": network("lab", "<forward mode='open'/>", "<ip address='10.5.0.1' prefix='24'/>")}
    (snippet,) = snippets("host-drops-forwarded-traffic", files, host)
    assert "-i virbr4 " in snippet


# -- fixes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("forward", ["<forward mode='bridge'/>", "<forward mode='bridge'>\n  </forward>"])
def test_a_bridged_network_on_a_wireless_nic_becomes_nat_in_one_fix(forward: str) -> None:
    host = {"interfaces": [{"name": "wlan0", "wireless": True, "master": "br0"}, {"name": "br0", "kind": "bridge"}]}
    made = fixed("wireless-uplink", {"lan.xml": network("lan", forward, "<bridge name='br0'/>")}, host)
    ip = """<ip address='192.168.123.1' prefix='24'>
    <dhcp>
      <range start='192.168.123.2' end='192.168.123.254'/>
    </dhcp>
  </ip>"""
    assert made == {"lan.xml": network("lan", forward.replace("bridge", "nat"), ip)}


@pytest.mark.parametrize(
    ("uuid", "severity"), [("", "error"), ("<uuid>5f0a1c1e-8f9b-4a53-8f2e-6b1d6c2f7a10</uuid>", "info")]
)
def test_a_filter_of_libvirts_own_name_is_renamed_by_choice(uuid: str, severity: str) -> None:
    files = {"clean.xml": f"<filter name='clean-traffic'>{uuid}<filterref filter='no-ip-spoofing'/></filter>",
             "web.xml": guest("web", on_network("lan", "<filterref filter='clean-traffic'/>"))}  # fmt: skip
    (finding,) = found("filter-uuid-conflict", files)
    assert finding.severity == severity
    shown, renamed = finding.fixes
    assert (shown.safety, shown.snippet) == ("display", "virsh nwfilter-dumpxml clean-traffic")
    assert (renamed.safety, [each.path for each in renamed.edits]) == ("choice", ["clean.xml", "web.xml"])


LEASES = "<ip address='10.5.0.1' prefix='28'><dhcp><range start='{}' end='{}'/>{}</dhcp></ip>"
HOST5 = "<host mac='52:54:00:00:00:55' ip='10.5.0.5'/>"


def crowd(count: int) -> dict[str, str]:
    return {f"g{n}.xml": guest(f"g{n}", on_network("lab")) for n in range(count)}


def test_a_range_is_widened_around_what_it_has_and_no_more_than_needed() -> None:
    lab = network("lab", LEASES.format("10.5.0.12", "10.5.0.13", HOST5))
    (finding,) = found("dhcp-pool-too-small", {"lab.xml": lab, **crowd(4)})
    assert (finding.fixes[0].title, finding.fixes[0].safety) == ("Widen the range to 10.5.0.10–10.5.0.14", "choice")


def test_a_range_that_cannot_be_widened_is_moved_by_choice() -> None:
    lab = network("lab", LEASES.format("10.5.0.3", "10.5.0.4", HOST5))
    (finding,) = found("dhcp-pool-too-small", {"lab.xml": lab, **crowd(5)})
    assert (finding.fixes[0].title, finding.fixes[0].safety) == ("Move the range to 10.5.0.6–10.5.0.14", "choice")


def test_a_subnet_in_use_is_renumbered_by_choice_alone_and_in_a_template_not_at_all() -> None:
    lab = network("lab", "<ip address='10.5.0.1' prefix='24'/>")
    test, templated = lab.replace("lab", "test"), lab.replace("lab", "test{{ n }}").replace("<ip", "{{ x }}<ip")
    (finding,) = found("subnet-overlap", {"lab.xml": lab, "test.xml": test})
    assert [each.safety for each in finding.fixes] == ["choice"]
    assert all(each.safety == "display" for one in found("subnet-overlap", {"lab.xml": lab, "test.xml": templated})
               for each in one.fixes)  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "levels"),
    [("192.168.20.1", None, ["unsafe"]), ("192.168.30.1", "192.168.20.1", ["choice", "choice"])],
)
def test_of_two_networks_that_forward_to_each_other_neither_is_changed_in_bulk(
    first: str, second: str | None, levels: list[str]
) -> None:
    files = {
        "a.xml": network("a", f"<dns><forwarder addr='{first}'/></dns>", "<ip address='192.168.20.1' prefix='24'/>")
    }
    if second:
        dns = f"<dns><forwarder addr='{second}'/></dns>"
        files["b.xml"] = network("b", dns, "<ip address='192.168.30.1' prefix='24'/>")
    assert [each.fixes[0].safety for each in found("dns-forwarder-loop", files)] == levels


def test_a_typing_error_never_joins_another_network_in_bulk() -> None:
    files = {"wan.xml": network("office-wan"), "web.xml": guest("web", on_network("office-lan"))}
    alone = frozenset({"unknown-network"})
    bulk = Settings(rules=alone, complete=True, fixing=FixPolicy(unsafe=True))
    assert fix([named(path, text) for path, text in files.items()], bulk).changed == ()


# -- order and hosts -------------------------------------------------------------------------------------------------


def in_every_order(rule: str, files: dict[str, str]) -> list[str]:
    """The messages of a rule, which must be the same in whatever order the files come."""
    orders = [dict(each) for each in permutations(files.items())]
    said = [[f"{each.path}: {each.message}" for each in found(rule, order)] for order in orders]
    assert all(each == said[0] for each in said)
    return said[0]


def test_a_routed_network_that_is_open_is_found_beside_one_that_is_not() -> None:
    ip = "<ip address='10.{}.0.1' prefix='24'/>"
    files = {"a.xml": network("a", "<forward mode='route' dev='eth0'/>", ip.format(1)),
             "b.xml": network("b", "<forward mode='route'/>", ip.format(2)),
             "c.xml": network("c", ip.format(3))}  # fmt: skip
    (said,) = in_every_order("isolated-one-way-leak", files)
    assert "network 'b'" in said


def test_a_vlan_is_found_beside_one_that_is_not_known() -> None:
    switch = "<virtualport type='openvswitch'/>"
    vlan = "<vlan><tag id='{}'/></vlan>"
    files = {"a.xml": guest("a", on_bridge("ovs0", switch + vlan.format("{{ v }}"))),
             "b.xml": guest("b", on_bridge("ovs0", switch + vlan.format(7))),
             "c.xml": guest("c", on_bridge("ovs0", switch))}  # fmt: skip
    assert len(in_every_order("ovs-port-without-vlan", files)) == 1


def test_the_owner_of_a_bridge_is_found_beside_one_without_a_name() -> None:
    files = {"a.xml": network("{{ n }}", "<bridge name='virbr5'/>"), "b.xml": network("b", "<bridge name='virbr5'/>"),
             "c.xml": guest("c", on_bridge("virbr5"))}  # fmt: skip
    (said,) = in_every_order("network-bypassed", files)
    assert "'b'" in said


def test_a_filtered_neighbour_is_found_beside_a_filter_of_the_guest_itself() -> None:
    filtered = on_network("lan", "<filterref filter='clean-traffic'/>")
    files = {"a.xml": guest("a", filtered, on_network("lan")), "b.xml": guest("b", filtered),
             "lan.xml": network("lan", "<forward mode='nat'/>", "<ip address='10.1.0.1' prefix='24'/>")}  # fmt: skip
    (said,) = in_every_order("unfiltered-neighbour", files)
    assert "interface of 'b'" in said


@pytest.mark.parametrize(
    ("rule", "inner"),
    [("bridge-mac-used-twice", "<mac address='52:54:00:00:00:01'/>"),
     ("domain-shared-by-networks", "<domain name='x.example' localOnly='yes'/>")],
)  # fmt: skip
def test_a_rival_of_the_same_host_is_found_behind_those_of_other_hosts(rule: str, inner: str) -> None:
    files = {f"{host}/{name}.xml": network(name, inner) for host in ("h1", "h2", "h3") for name in ("a", "b")}
    assert [each.path for each in found(rule, files)] == ["h1/b.xml", "h2/b.xml", "h3/b.xml"]


def test_an_owner_of_an_address_is_found_on_the_hundredth_host() -> None:
    pool = "<forward mode='nat'><nat><address start='10.5.0.7' end='10.5.0.8'/></nat></forward>"
    ip = "<ip address='10.5.0.1' prefix='24'/>"
    files = {f"h{n:03}/lab.xml": network("lab", pool, ip) for n in range(100)}
    assert len(found("nat-pool-in-guest-subnet", files)) == 100


# -- words of libvirt ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mac", "said"),
    [("<mac address='52:54:00:0a:0b:0c'/>", "interface 52:54:00:0a:0b:0c - "), ("", "")],
)  # fmt: skip
def test_a_message_of_libvirt_is_cut_where_the_file_does_not_tell_a_value(mac: str, said: str) -> None:
    (finding,) = found(
        "vlan-tag-refused", {"web.xml": guest("web", on_bridge("br0", f"{mac}<vlan><tag id='7'/></vlan>"))}
    )
    assert finding.libvirt_message == said + "vlan tag not supported for this connection type"
