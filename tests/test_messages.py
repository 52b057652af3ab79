"""A pasted message of libvirt leads to its rule, whatever names and numbers are in it."""

import pytest

from vnetlint.rulebook.catalogue import builtin
from vnetlint.rulebook.messages import rules_about

SAID = {
    "Network is already in use by interface": "subnet-overlap",
    "error: Failed to start network lan\nerror: internal error: Network is already in use by interface virbr1":
        "subnet-overlap",
    "unsupported configuration: Unsupported <ip> element in network dmz with forward mode='vepa'":
        "ip-on-bridged-network",
    "Cannot get interface MTU on 'br9': No such device": "bridge-without-uplink",
    "bridge name 'virbr0' already in use.": "bridge-name-in-use",
    "internal error: range 172.28.128.1 - 172.28.128.254 is not entirely within network 192.168.20.2/24":
        "dhcp-range-outside-subnet",
    "XML error: could not convert bandwidth average value '12 mbit'": "schema-bad-value",
    "unsupported configuration: unknown rule action attribute value": "schema-bad-value",
    "XML error: lan: Missing required gateway attribute in route definition": "schema-missing-attribute",
    "XML error: Only one <pf> element is allowed in <forward> of network dmz": "schema-duplicate-element",
    "XML error: interface type='direct' requires a 'source' element": "schema-missing-element",
    "Network not found: no network with matching name 'default'": "unknown-network",
}  # fmt: skip


@pytest.mark.parametrize(("message", "rule"), SAID.items())
def test_a_message_leads_to_its_rule(message: str, rule: str) -> None:
    assert rules_about(message, builtin())[0].name == rule


@pytest.mark.parametrize("message", ["", "no space left on device", "'10.0.0.1'", "disk vda is read-only"])
def test_a_message_without_a_rule_leads_nowhere(message: str) -> None:
    assert rules_about(message, builtin()) == []
