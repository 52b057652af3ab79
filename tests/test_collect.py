"""What `vnetlint host` reads in the output of real commands, which `tests/recorded/` has, and what it notes."""

import json
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from vnetlint.host import Host, Inventory, load
from vnetlint.host.collect import collect
from vnetlint.host.collect.daemon import filter_names, firewall_backend, leases, models
from vnetlint.host.collect.iptables import saved
from vnetlint.host.collect.kernel import config_of
from vnetlint.host.collect.links import links_of, with_ports
from vnetlint.host.collect.nftables import hook_order, ruleset
from vnetlint.host.collect.programs import dnsmasq_options, firewalld_backend
from vnetlint.host.collect.routes import other_tables, routes_of
from vnetlint.host.collect.sockets import listeners, sockets_of, unix_sockets
from vnetlint.host.collect.system import Output, System
from vnetlint.host.write import text_of

RECORDED = Path(__file__).parent / "recorded"


def recorded(name: str, parse: bool = True) -> Any:
    text = (RECORDED / name).read_text("utf-8")
    return json.loads(text) if parse and name.endswith(".json") else text


def chain(chains: list[tuple[int, dict[str, Any]]], *wanted: str) -> dict[str, Any]:
    """The last chain of a table, a family and a hook, which must be valid in an inventory."""
    *_, found = (each for _, each in sorted(chains, key=lambda each: each[0])
                 if (each["table"], each["family"], each["hook"]) == wanted)  # fmt: skip
    Inventory.model_validate({"version": 1, "firewall": [found]})
    return found


def test_interfaces_have_their_kind_and_what_they_belong_to() -> None:
    links = {each["name"]: each for each in with_ports(links_of(recorded("ip-address.json")), {})}
    assert {name: each["kind"] for name, each in links.items()} == {
        "lo": "other", "eth0": "nic", "eth1": "nic", "br0": "bridge", "virbr5": "bridge", "tap3": "tap",
        "veth1": "veth", "veth2": "veth", "mv0": "other", "unused": "other",
    }  # fmt: skip
    assert {*links["eth0"]["addresses"]} == {"192.168.50.10/24", "fd50::10/64", "2001:db8::5/64"}
    assert (links["eth1"]["master"], links["br0"]["ports"]) == ("br0", ["eth1", "tap3"])
    assert links["mv0"]["parent"] == "eth0"
    assert "parent" not in links["veth1"]
    assert (links["eth0"]["up"], links["tap3"]["up"], links["virbr5"]["up"]) == (True, False, False)
    assert "mtu" not in links["lo"]
    Inventory.model_validate({"version": 1, "interfaces": list(links.values())})


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        ({"linkinfo": {"info_kind": "vlan"}}, "vlan"),
        ({"linkinfo": {"info_kind": "bond"}}, "bond"),
        ({"linkinfo": {"info_kind": "dummy"}}, "dummy"),
        ({"linkinfo": {"info_kind": "wireguard"}}, "other"),
        ({"linkinfo": {"info_kind": "tun", "info_data": {"type": "tun"}}}, "other"),
        ({"ifname": "veth4f", "link_netnsid": 3, "linkinfo": {"info_kind": "veth"}}, "veth"),
        ({"ifname": "vnet3", "link_netnsid": 3, "linkinfo": {"info_kind": "veth"}}, "tap"),
        ({"link_type": "none"}, "other"),
        ({"link_type": "ether"}, "nic"),
    ],
)
def test_a_kind(link: dict[str, Any], kind: str) -> None:
    assert [each["kind"] for each in links_of([{"ifname": "x", **link}])] == [kind]


def test_an_open_vswitch_has_the_ports_that_it_lists() -> None:
    links = [{"name": "ovs-system", "kind": "other"}, {"name": "ovs0", "kind": "tap"}, {"name": "eth1", "kind": "nic"}]
    assert with_ports(links, {"ovs0": ["eth1", "patch0"]}) == [
        {"name": "ovs0", "kind": "ovs", "ports": ["eth1"]}, {"name": "eth1", "kind": "nic", "master": "ovs0"},
    ]  # fmt: skip


def test_routes_are_those_that_the_kernel_uses_and_did_not_make() -> None:
    assert routes_of(recorded("ip-route-4.json"), 4) == [
        {"to": "default", "via": "192.168.50.1", "dev": "eth0"},
        {"to": "10.66.0.0/16", "via": "192.168.50.2", "dev": "eth0"},
        {"to": "10.66.0.0/16", "via": "10.9.0.2", "dev": "br0"},
        {"to": "10.77.0.0/16", "via": "192.168.50.7", "dev": "eth0"},
        {"to": "10.88.0.0/16", "via": "10.9.0.7", "dev": "br0"},
    ]
    assert routes_of(recorded("ip-route-6.json"), 6) == [{"to": "::/0", "via": "fd50::1", "dev": "eth0"}]
    advertised = {"dst": "default", "gateway": "fe80::1", "dev": "eth0", "protocol": "ra"}
    assert routes_of([advertised], 6) == [{"to": "::/0", "via": "fe80::1", "dev": "eth0", "advertised": True}]
    by_other_family = {"dst": "default", "via": {"family": "inet6", "host": "fe80::1"}, "dev": "eth0"}
    assert routes_of([by_other_family], 4) == [{"to": "default", "via": "fe80::1", "dev": "eth0"}]


def test_tables_of_routes_that_an_inventory_lacks_are_known() -> None:
    assert other_tables(recorded("ip-rule.json")) == ["77"]


def test_rules_of_iptables() -> None:
    made = saved(recorded("iptables-save.txt"), "ipv4")
    assert made.tables == {"filter", "nat", "mangle", "raw"}
    assert chain(made.chains, "iptables", "ipv4", "input") == {
        "table": "iptables", "family": "ipv4", "hook": "input", "policy": "accept", "libvirt_at": None, "rules": [
            {"in": "lo", "verdict": "accept"},
            {"states": ["invalid"], "verdict": "drop"},
            {"protocol": "icmp", "states": ["new"], "verdict": "accept"},
            {"protocol": "tcp", "ports": [[22, 22], [8000, 8010]], "verdict": "accept"},
            {"if": "--mark 0x5", "verdict": "accept"},
            {"protocol": "udp", "from": "10.0.0.1/32", "if": "--sport 53", "verdict": "accept"},
            {"protocol": "udp", "from": "10.0.0.2/31", "if": "--sport 53", "verdict": "accept"},
            {"from": "10.9.0.0/24", "verdict": "rules",
             "rules": [{"protocol": "tcp", "ports": [[443, 443]], "verdict": "accept"}]},
            {"from": "10.9.0.0/24", "verdict": "return"},
            {"verdict": "reject"},
        ],
    }  # fmt: skip
    forward = chain(made.chains, "iptables", "ipv4", "forward")
    assert forward["policy"] == "drop"
    assert forward["rules"] == [
        {"out": "docker0", "states": ["related", "established"], "verdict": "accept"},
        {"out": "docker0", "verdict": "rules", "rules": [
            {"to": "172.17.0.2/32", "in": "docker0", "out": "docker0", "protocol": "tcp", "ports": [[80, 80]],
             "negated": ["in"], "verdict": "accept"}]},
        {"in": "docker0", "out": "docker0", "negated": ["out"], "verdict": "accept"},
    ]  # fmt: skip
    assert chain(made.chains, "iptables", "ipv4", "postrouting")["rules"] == [
        {"from": "172.17.0.0/16", "out": "docker0", "negated": ["out"], "verdict": "masquerade"},
        {"from": "10.9.0.0/24", "out": "eth0", "translated": ["192.168.50.30", "192.168.50.33"], "verdict": "snat"},
    ]
    dropped = [{"to": "10.5.0.0/16", "in": "br0", "negated": ["in"], "verdict": "drop"}]
    assert chain(made.chains, "iptables raw", "ipv4", "forward")["rules"] == dropped
    assert not [each for _, each in made.chains if each["table"] == "iptables mangle"]
    other = saved(recorded("ip6tables-save.txt"), "ipv6")
    expected = [{"protocol": "icmp", "states": ["related", "untracked"], "verdict": "accept"}]
    assert chain(other.chains, "iptables", "ipv6", "forward")["rules"] == expected


@pytest.mark.parametrize(
    ("lines", "at", "rules"),
    [
        (["-A FORWARD -j LIBVIRT_FWX", "-A FORWARD -j LIBVIRT_FWI", "-A FORWARD -j DROP"], 0, 1),
        (["-A FORWARD -i a -j DROP", "-A FORWARD -j LIBVIRT_FWX", "-A FORWARD -j DROP"], 1, 2),
        (["-A FORWARD -j LOG", "-A FORWARD -j LIBVIRT_FWX"], 0, 0),
        (["-A FORWARD -j DROP"], None, 1),
        (["-A FORWARD -j libvirt-in", "-A FORWARD -j LIBVIRT_FWX"], 0, 0),
    ],
)
def test_rules_of_libvirt_are_left_out_and_their_place_is_kept(lines: list[str], at: int | None, rules: int) -> None:
    head = ["*filter", ":FORWARD ACCEPT [0:0]", ":LIBVIRT_FWX - [0:0]", ":LIBVIRT_FWI - [0:0]", ":libvirt-in - [0:0]"]
    made = saved("\n".join([*head, *lines, "-A LIBVIRT_FWX -i virbr0 -j ACCEPT", "COMMIT"]), "ipv4")
    forward = chain(made.chains, "iptables", "ipv4", "forward")
    assert (forward["libvirt_at"], len(forward["rules"])) == (at, rules)
    assert made.has_libvirt


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("-p tcp --tcp-flags FIN,SYN,RST,ACK SYN -j DROP", {"protocol": "tcp", "states": ["new"], "verdict": "drop"}),
        ("-m set --match-set bad src -j DROP", {"if": "--match-set bad src", "verdict": "drop"}),
        ("! -s 10.0.0.0/8 -p 47 -j DROP", {"from": "10.0.0.0/8", "negated": ["from"], "protocol": "other",
                                           "verdict": "drop"}),
        ("-m conntrack ! --ctstate NEW -j DROP", {"states": ["new"], "negated": ["states"], "verdict": "drop"}),
        ("-m conntrack --ctstate DNAT -j ACCEPT", {"if": "--ctstate DNAT", "verdict": "accept"}),
        ("-i eth0 -j NFQUEUE --queue-num 0", {"in": "eth0", "if": "the target NFQUEUE drops it", "verdict": "drop"}),
        ("-p udp --dport 1000: -j DROP", {"protocol": "udp", "ports": [[1000, 65535]], "verdict": "drop"}),
        ("-m rpfilter --invert -j DROP", None),
        ("-j MARK --set-xmark 0x1/0x1", None),
        ("-m comment --comment 'no target'", None),
    ],
)  # fmt: skip
def test_a_rule_of_iptables(line: str, rule: dict[str, Any] | None) -> None:
    made = saved(f"*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD {line}\nCOMMIT\n", "ipv4")
    assert chain(made.chains, "iptables", "ipv4", "forward")["rules"] == ([] if rule is None else [rule])


def test_jumps_in_a_circle_end() -> None:
    text = "*filter\n:INPUT ACCEPT [0:0]\n:a - [0:0]\n-A INPUT -j a\n-A a -j a\n-A a -j a\n-A a -j DROP\nCOMMIT\n"
    found = json.dumps(saved(text, "ipv4").chains)
    assert "nested too deeply" in found


def test_rules_of_nftables() -> None:
    tables = {"ipv4": {"filter", "nat", "raw", "mangle"}, "ipv6": {"filter"}}
    made = ruleset(recorded("nft-ruleset.json"), tables)
    assert made.has_libvirt
    assert {each["table"] for _, each in made.chains} == {"fw"}
    shared: list[dict[str, Any]] = [
        {"states": ["invalid"], "verdict": "drop"},
        {"states": ["established"], "verdict": "accept"},
        {"states": ["related"], "verdict": "accept"},
        {"in": "lo", "verdict": "accept"},
        {"protocol": "tcp", "ports": [[22, 22], [80, 90]], "in": "eth0", "verdict": "accept"},
        {"protocol": "tcp", "ports": [[22, 22], [80, 90]], "in": "virbr+", "verdict": "accept"},
    ]
    ending: list[dict[str, Any]] = [
        {"if": "fib type daddr local", "verdict": "accept"},
        {"if": "tcp sport 99", "verdict": "accept"},
        {"verdict": "reject"},
    ]
    found = chain(made.chains, "fw", "ipv4", "input"), chain(made.chains, "fw", "ipv6", "input")
    assert [each["policy"] for each in found] == ["drop", "drop"]
    assert found[0]["rules"] == [
        *shared,
        {"from": "10.1.0.0/16", "verdict": "drop"},
        {"from": "10.2.0.0/29", "verdict": "drop"},
        {"from": "10.2.0.8/31", "verdict": "drop"},
        {"protocol": "udp", "ports": [[53, 53]], "verdict": "rules", "rules": [
            {"from": "10.0.0.0/8", "verdict": "return"}, {"from": "172.16.0.0/12", "verdict": "return"},
            {"verdict": "drop"}]},
        {"protocol": "icmp", "states": ["new"], "if": "limit 5 5 second", "verdict": "accept"},
        {"protocol": "icmp", "verdict": "accept"},
        *ending,
    ]  # fmt: skip
    assert found[1]["rules"] == [
        *shared,
        {"protocol": "icmp", "verdict": "accept"},
        {"from": "fd00::/8", "verdict": "rules", "rules": [
            {"protocol": "tcp", "ports": [[5000, 5000]], "verdict": "return"}, {"verdict": "accept"}]},
        *ending,
    ]  # fmt: skip
    # The path back of IPv6 is not asked about. What is dropped before routing is dropped for host and guests.
    dropped = [{"to": "10.5.5.5/32", "verdict": "drop"}]
    early = [each["rules"] for priority, each in made.chains if priority == -300]
    assert early == [dropped, dropped]


HOOKS = """\
family ip {
  hook forward {
    -0000000225 selinux_ip_forward
     0000000000 chain inet fw in [nf_tables]
     0000000000 chain ip libvirt_network forward [nf_tables]
     0000000000 chain ip filter FORWARD [nf_tables]
  }
}
"""


def test_chains_are_before_or_behind_those_of_libvirt() -> None:
    assert hook_order(HOOKS) == {("ipv4", "forward"): ["fw", "libvirt_network", "filter"]}
    commands = {"nft list hooks": HOOKS, "nft": recorded("nft-ruleset.json", parse=False), "ip6tables-save": "",
                "iptables-save": recorded("iptables-save.txt")}  # fmt: skip
    chains = {(each.table, each.hook): each for each in collect(system(commands)).inventory.firewall or ()
              if each.family == "ipv4"}  # fmt: skip
    assert chains["iptables", "forward"].asked_first is False
    assert chains["iptables raw", "forward"].asked_first is True
    # Of equal priority and without an order; libvirt has no rules there.
    assert chains["iptables", "postrouting"].asked_first is None
    assert chains["iptables", "input"].asked_first is None


def test_tables_of_nftables_that_iptables_made_are_read_without_iptables_save() -> None:
    made = ruleset(recorded("nft-ruleset.json"), {})
    forward = chain(made.chains, "filter", "ipv4", "forward")
    assert forward["policy"] == "drop"
    assert forward["rules"][0] == {"out": "docker0", "if": "xt match conntrack", "verdict": "accept"}


def test_what_libvirt_answers() -> None:
    text = "<network>\n  <name>a</name>\n</network>\n<domain type='kvm'>\n  <name>g</name>\n</domain>\n"
    assert [each.node.name for each in models(text)] == ["network", "domain"]
    filters = " UUID   Name\n----\n c9417abc-976d-4dc7-94cb-d65db82f7dab   allow-arp\n"
    assert filter_names(filters) == ["allow-arp"]
    assert (
        firewall_backend("# comment\n#firewall_backend = \"iptables\"\n firewall_backend = 'nftables'\n") == "nftables"
    )
    assert firewall_backend('#firewall_backend = "iptables"\n') is None
    told = (
        " vnet0      52:54:00:AA:00:01    ipv4         192.168.122.5/24\n"
        " -          -                    ipv6         fd00::5/64\n"
        " lo         00:00:00:00:00:00    ipv4         127.0.0.1/8\n"
        " vnet1      52:54:00:aa:00:02    ipv6         fe80::1/64\n"
    )
    mac = "52:54:00:aa:00:01"
    assert list(leases(told)) == [(mac, "192.168.122.5/24"), (mac, "fd00::5/64")]


def test_sockets() -> None:
    text = """\
udp UNCONN 0 0       10.20.1.1:53    0.0.0.0:* users:(("dnsmasq",pid=151,fd=5))
udp UNCONN 0 0  0.0.0.0%virbr5:67    0.0.0.0:* users:(("dnsmasq",pid=151,fd=3))
tcp LISTEN 0 128             *:22          *:* users:(("sshd",pid=9,fd=3))
tcp LISTEN 0 128          [::1]:631     [::]:* users:(("cupsd",pid=8,fd=3))
tcp LISTEN 0 1       127.0.0.1:5900  0.0.0.0:* users:(("qemu-system-x86",pid=7,fd=3))
"""
    assert [(each.address, each.port) for each in sockets_of(text)] == [
        ("10.20.1.1", 53), ("0.0.0.0", 67), ("::", 22), ("::1", 631), ("127.0.0.1", 5900),
    ]  # fmt: skip
    assert [each["port"] for each in listeners(sockets_of(text))] == [53, 67, 22, 631]
    unix = "u_str LISTEN 0 1 /run/b 1 * 0\nu_str LISTEN 0 1 @abstract 2 * 0\nu_dgr UNCONN 0 0 * 3 * 0\n"
    assert unix_sockets(unix) == ["/run/b"]


def test_small_texts() -> None:
    assert config_of("CONFIG_A=y\nCONFIG_B=m\n# CONFIG_C is not set\nCONFIG_D=n\n") == {"A", "B"}
    assert dnsmasq_options("-a, --listen-address=<ip>\n    --conf-file\n") == ["conf-file", "listen-address"]
    assert firewalld_backend("#FirewallBackend=iptables\n") == {"firewalld_backend": "nftables"}
    assert firewalld_backend("FirewallBackend=iptables\n") == {"firewalld_backend": "iptables"}


def system(answers: Mapping[str, Output | str], files: Mapping[str, str] | None = None, is_root: bool = True) -> System:
    """A machine that answers some commands and has some files."""
    there = dict(files or {})

    def run(command: tuple[str, ...]) -> Output:
        found = next((answers[each] for each in answers if " ".join(command).startswith(each)), Output(127, "", ""))
        return Output(0, found) if isinstance(found, str) else found

    def paths(pattern: str) -> tuple[str, ...]:
        return tuple(sorted(each for each in there if fnmatch(each, pattern)))

    return System(run, there.get, paths, lambda path: None, is_root)


REFUSED = Output(4, "", "iptables-save v1.8.9: Permission denied (you must be root)\n")


def test_what_cannot_be_seen_is_absent_and_noted() -> None:
    made = collect(system({}))
    assert made.inventory.model_fields_set == {
        "version", "name", "firewall_tools", "firewalld_zones", "resolved", "open_vswitch", "vdpa_devices",
    }  # fmt: skip
    assert len(made.remarks) == len({*made.remarks}) >= 6
    assert all("\n" not in each and ": not seen: " in each for each in made.remarks)


def test_without_root_the_remark_says_that_root_sees_more() -> None:
    files = {"/usr/sbin/iptables-save": ""}
    made = collect(system({"iptables-save": REFUSED, "nft": REFUSED}, files, is_root=False))
    remark = (
        "firewall: not seen: iptables-save: iptables-save v1.8.9: Permission denied (you must be root); run as root"
    )
    assert remark in made.remarks
    assert made.inventory.firewall is None
    assert made.inventory.forward_policy is None


@pytest.mark.parametrize(
    "text", ["", "null", "[", "{}", "[7]", '[{"dst": 7}]', '{"nftables": [7]}', "*filter\n:A", "-A"]
)
def test_output_that_is_nonsense_is_a_remark(text: str) -> None:
    commands = ("ip", "iptables-save", "ip6tables-save", "nft", "virsh", "ss", "ovs-vsctl", "firewall-cmd", "dnsmasq")
    made = collect(system(dict.fromkeys(commands, text), {"/proc/sys/net/ipv4/ip_forward": text}))
    assert made.inventory.version == 1


def test_an_inventory_is_written_as_it_is_read(tmp_path: Path) -> None:
    links = with_ports(links_of(recorded("ip-address.json")), {})
    chains = [each for _, each in saved(recorded("iptables-save.txt"), "ipv4").chains]
    data = {"version": 1, "name": "ké \"vm\" " + "long " * 40, "interfaces": links, "firewall": chains, "routes": [],
            "dnsmasq_options": [f"option number {number}" for number in range(99)]}  # fmt: skip
    inventory = Inventory.model_validate(data)
    path = tmp_path / "host.json"
    path.write_text(text_of(inventory), "utf-8")
    assert load(str(path)) == Host(inventory)
    assert load(str(path)).remarks == ()
    lines = path.read_text("utf-8").splitlines()
    assert max(len(each) for each in lines[3:]) <= 120
    assert '    {"name": "lo", "kind": "other", "addresses": ["127.0.0.1/8", "::1/128"], "up": true},' in lines
