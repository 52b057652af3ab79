"""Rules about reach follow the model: silent where the host prevents what they report, "if" where a fact is missing."""

from typing import Any

import pytest

from tests.rules.test_project_rules import found

Files = dict[str, str]
ETH0 = {"name": "eth0", "kind": "nic", "addresses": ["192.168.50.10/24"]}
HOST: dict[str, Any] = {
    "version": 1,
    "libvirt": "9.0.0",
    "interfaces": [ETH0],
    "routes": [{"to": "default", "via": "192.168.50.1", "dev": "eth0"}],
}


def network(name: str, forward: str, bridge: str, *addresses: str, more: str = "") -> str:
    parts = (each.split("/") for each in addresses)
    ips = "".join(
        f"<ip family='{'ipv6' if ':' in address else 'ipv4'}' address='{address}' prefix='{prefix}'/>"
        for address, prefix in parts
    )
    return f"<network><name>{name}</name>{forward}<bridge name='{bridge}'/>{more}{ips}</network>"


LAB = network("lab", "", "virbr7", "10.44.0.1/24", "fd44::1/64")
OFFICE = network("office", "<forward mode='route'/>", "virbr8", "10.45.0.1/24")
HOME = network("home", "<forward mode='nat'/>", "virbr9", "10.46.0.1/24", "fd46::1/64")
LIMITED = network("limited", "<forward mode='route' dev='eth0'/>", "virbr6", "10.47.0.1/24")
OPEN = network("open", "<forward mode='open'/>", "virbr5", "10.48.0.1/24")
APART = network("apart", "<forward mode='nat'/>", "virbr4", "10.49.0.1/24", more="<port isolated='yes'/>")
QUIET = network("quiet", "", "virbr3", "10.50.0.1/24", more="<port isolated='yes'/>")
SIX = network("six", "<forward mode='nat'/>", "virbr2", "fd51::1/64")
MACVTAP = "<domain type='kvm'><name>web</name><devices><interface type='direct'><source dev='eth0' mode='bridge'/>"
MACVTAP += "</interface></devices></domain>"


def router(*networks: str) -> str:
    nics = "".join(f"<interface type='network'><source network='{each}'/></interface>" for each in networks)
    return f"<domain type='kvm'><name>gw</name><devices>{nics}</devices></domain>"


LEFT = "isolated-network-left-by-guest"
FORWARDS = [{"name": "gw", "forwarding": True}]
BRIDGED = "<network><name>outer</name><forward mode='bridge'/><bridge name='br0'/></network>"
OUTER = BRIDGED.replace("<bridge", "<port isolated='yes'/><bridge")
BR0 = {"name": "br0", "kind": "bridge", "addresses": ["192.168.50.10/24"]}
ON_BR0 = {"interfaces": [{"name": "eth0", "kind": "nic", "master": "br0"}, BR0],
          "routes": [{"to": "default", "via": "192.168.50.1", "dev": "br0"}]}  # fmt: skip


def chain(hook: str, *rules: dict[str, Any], policy: str = "accept", family: str = "ipv4") -> dict[str, Any]:
    """A chain that is asked before libvirt's rules."""
    return {"family": family, "hook": hook, "policy": policy, "rules": [*rules], "libvirt_at": len(rules)}


def host(*chains: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**HOST, **({"firewall": [*chains]} if chains else {}), **more}


REPORTED: list[tuple[str, Files, dict[str, Any] | None, str]] = [
    ("isolated-one-way-leak", {"a": LAB, "b": OFFICE}, None, "the routed network 'office'"),
    ("isolated-one-way-leak", {"a": LAB, "b": OFFICE}, host(forward_policy="accept"), "the routed network 'office'"),
    ("isolated-one-way-leak", {"a": LAB, "b": HOME}, None, "the untranslated IPv6 of network 'home'"),
    ("isolated-one-way-leak", {"a": LAB, "b": OFFICE}, host(libvirt="12.8.0"),
     "if the host's firewall accepts what it forwards"),
    ("forward-dev-one-way-leak", {"a": LIMITED, "b": OFFICE}, host(), "despite dev 'eth0'"),
    ("port-isolation-with-gateway", {"a": APART}, None, "through the host"),
    ("port-isolation-with-gateway", {"a": QUIET}, None, "through the host if the host forwards IPv4"),
    ("port-isolation-with-gateway", {"a": QUIET, "b": HOME}, None, "through the host"),
    ("port-isolation-with-gateway", {"a": OUTER}, host(**ON_BR0, forwarding={"ipv4": True}, forward_policy="accept"),
     "through the host"),
    ("macvtap-host-isolation", {"a": MACVTAP}, host(), "do not reach each other"),
    ("host-drops-forwarded-traffic", {"a": HOME}, host(forward_policy="drop", libvirt="10.5.0"),
     "do not change that if libvirt's firewall backend is nftables"),
    ("forward-dev-blocks-networks", {"a": LIMITED, "b": HOME}, host(), "traffic is accepted from eth0 only"),
    ("open-network-unguarded", {"a": OPEN}, host(forward_policy="accept"), "accepts everything it forwards"),
    ("isolated-network-reaches-host", {"a": LAB},
     host(input_policy="accept", listeners=[{"protocol": "tcp", "port": 22}]), "tcp port 22"),
    (LEFT, {"a": LAB, "b": OFFICE, "c": router("lab", "office")}, host(guests=FORWARDS), "leave it through 'gw'"),
    (LEFT, {"a": LAB, "b": HOME, "c": router("home", "lab")}, {"version": 1, "guests": FORWARDS}, "through 'gw'"),
    (LEFT, {"a": LAB, "b": BRIDGED, "c": router("lab", "outer")}, host(guests=FORWARDS, **ON_BR0), "through 'gw'"),
    ("port-isolation-with-gateway", {"a": APART.replace("apart", "{{ name }}")}, host(), "through the host"),
    ("nat-without-ipv6-translation", {"a": HOME}, {"version": 1}, "NAT does not translate IPv6"),
    ("routed-without-upstream-route", {"a": OFFICE}, host(upstream={"routes": []}), "no reply reaches the guests"),
]  # fmt: skip
FROM_LAB = {"in": "virbr7", "verdict": "drop"}
SILENT: list[tuple[str, Files, dict[str, Any]]] = [
    ("isolated-one-way-leak", {"a": LAB, "b": OFFICE}, host(chain("forward", FROM_LAB))),
    ("isolated-one-way-leak", {"a": LAB, "b": OFFICE}, host(forward_policy="drop", libvirt="12.8.0",
                                                           firewall_backend="nftables")),
    ("forward-dev-one-way-leak", {"a": LIMITED, "b": OFFICE},
     host(chain("forward", {"in": "virbr6", "out": "virbr8", "verdict": "drop"}))),
    ("port-isolation-with-gateway", {"a": APART},
     host(chain("forward", {"in": "virbr4", "out": "virbr4", "verdict": "drop"}))),
    ("port-isolation-with-gateway", {"a": QUIET}, host(forwarding={"ipv4": False, "ipv6": False})),
    ("port-isolation-with-gateway", {"a": OUTER}, host(**ON_BR0, forward_policy="accept")),
    ("port-isolation-with-gateway", {"a": OUTER}, host(**ON_BR0, forwarding={"ipv4": True}, forward_policy="drop")),
    ("macvtap-host-isolation", {"a": MACVTAP}, host(input_policy="accept", upstream={"hairpin": True})),
    ("host-drops-forwarded-traffic", {"a": HOME}, host(forward_policy="drop", firewall_backend="nftables",
     firewall=[chain("forward", {"in": "virbr9", "verdict": "accept"}, {"out": "virbr9", "verdict": "accept"},
                     policy="drop")])),
    ("forward-dev-blocks-networks", {"a": LIMITED, "b": SIX}, host()),
    ("open-network-unguarded", {"a": OPEN},
     host(chain("forward", {"out": "virbr5", "verdict": "drop"}), forward_policy="accept")),
    ("isolated-network-reaches-host", {"a": LAB},
     host(chain("input", {"in": "virbr7", "verdict": "reject"}), chain("input", family="ipv6", policy="drop"),
          input_policy="accept", listeners=[{"protocol": "tcp", "port": 22}])),
    (LEFT, {"a": LAB, "b": OFFICE, "c": router("lab", "office")}, host()),
    (LEFT, {"a": LAB, "b": OFFICE, "c": router("lab", "office")}, host(guests=[{"name": "gw", "forwarding": False}])),
    (LEFT, {"a": LAB, "b": QUIET, "c": router("lab", "quiet")}, host(guests=FORWARDS)),
    (LEFT, {"a": LAB, "b": OFFICE, "c": router("lab", "office").replace("</interface></devices>",
     "<link state='down'/></interface></devices>")}, host(guests=FORWARDS)),
    ("nat-without-ipv6-translation", {"a": HOME}, host()),
    ("routed-without-upstream-route", {"a": OFFICE},
     host(chain("forward", {"in": "virbr8", "verdict": "drop"}), upstream={"routes": []})),
]  # fmt: skip


def messages(rule: str, files: Files, inventory: dict[str, Any] | None) -> list[str]:
    return [each.message for each in found(rule, {f"{name}.xml": text for name, text in files.items()}, inventory)]


@pytest.mark.parametrize(("rule", "files", "inventory", "words"), REPORTED)
def test_what_happens_is_reported(rule: str, files: Files, inventory: dict[str, Any] | None, words: str) -> None:
    said = messages(rule, files, inventory)
    assert said
    assert any(each.endswith(words) or (" if " not in words and " if " not in each and words in each) for each in said)


@pytest.mark.parametrize(("rule", "files", "inventory"), SILENT)
def test_what_the_host_prevents_is_not_reported(rule: str, files: Files, inventory: dict[str, Any]) -> None:
    assert messages(rule, files, inventory) == []
