"""Redaction keeps what equals and what contains, and no name or address of the site."""

import json
from ipaddress import ip_address, ip_interface, ip_network
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnetlint.host import Host, Inventory
from vnetlint.host.redact import redacted

DATA: dict[str, Any] = {
    "version": 1,
    "name": "kvm7.corp.example",
    "libvirt": "9.0.0",
    "interfaces": [
        {"name": "eno1", "addresses": ["203.0.113.20/26", "2001:db8:5:7::20/64"], "pci": "0000:03:00.1"},
        {"name": "enx001122334455", "master": "br-finance"},
        {"name": "br-finance", "kind": "bridge", "ports": ["enx001122334455"], "addresses": ["10.77.4.1/24"]},
        {"name": "finance.20", "kind": "vlan", "parent": "enx001122334455"},
        {"name": "lo", "addresses": ["127.0.0.1/8", "::1/128"]},
    ],
    "routes": [
        {"to": "default", "via": "203.0.113.1", "dev": "eno1"},
        {"to": "10.77.0.0/16", "via": "10.77.4.9", "dev": "br-finance"},
        {"to": "::/0", "via": "fe80::1", "dev": "eno1"},
    ],
    "firewall": [
        {"table": "acme", "family": "ipv4", "hook": "forward",
         "rules": [{"in": "br-finance", "from": "10.77.4.0/24", "verdict": "rules",
                    "rules": [{"if": "acme-list", "to": "10.77.4.7", "verdict": "drop"}]}]}
    ],
    "networks": [{"name": "payroll", "bridge": "br-finance", "subnets": ["10.77.4.0/24"]}, {"name": "default"}],
    "guests": [{"name": "payroll-db", "nics": [{"mac": "52:54:00:ab:cd:ef", "addresses": ["10.77.4.30/24"]}]}],
    "filters": ["clean-traffic", "payroll-only"],
    "unix_sockets": ["/run/acme/payroll.sock"],
    "listeners": [{"protocol": "tcp", "port": 22, "address": "0.0.0.0"}],
    "upstream": {"addresses": ["198.51.100.7"], "routes": [{"to": "10.77.4.0/24", "via": "203.0.113.20"}]},
}  # fmt: skip
SECRETS = ("corp", "finance", "001122334455", "203.0.113", "2001:db8", "10.77", "acme", "payroll", "ab:cd:ef", "198.51")


def made(key: str | None = "k") -> dict[str, Any]:
    inventory = redacted(Inventory.model_validate(DATA), key)
    found: dict[str, Any] = inventory.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return found


@pytest.mark.parametrize("secret", SECRETS)
def test_nothing_of_the_site_is_left(secret: str) -> None:
    assert secret in json.dumps(DATA)
    assert secret not in json.dumps(made())


def test_what_is_equal_stays_equal() -> None:
    found = made()
    bridge = found["interfaces"][2]["name"]
    assert found["interfaces"][1]["master"] == found["networks"][0]["bridge"] == bridge
    assert found["interfaces"][2]["ports"] == [found["interfaces"][1]["name"]]
    assert found["interfaces"][3]["name"].endswith(".20")
    assert found["firewall"][0]["rules"][0]["in"] == bridge
    assert found["routes"][1]["dev"] == bridge
    assert Host.of(found).has_uplink(bridge)


def test_subnets_contain_what_they_contained() -> None:
    found = made()
    subnet = ip_network(found["networks"][0]["subnets"][0])
    route = found["upstream"]["routes"][0]
    assert subnet.prefixlen == 24
    assert ip_interface(found["interfaces"][2]["addresses"][0]).network == subnet == ip_network(route["to"])
    assert ip_address(found["routes"][1]["via"]) in subnet
    assert subnet.subnet_of(ip_network(found["routes"][1]["to"]))  # type: ignore[arg-type]
    assert route["via"] == found["interfaces"][0]["addresses"][0].split("/")[0]


def test_what_says_nothing_about_a_site_stays() -> None:
    found = made()
    assert found["libvirt"] == "9.0.0"
    assert [each["name"] for each in found["interfaces"]][::4] == ["eno1", "lo"]
    assert found["interfaces"][0]["pci"] == "0000:03:00.1"
    assert found["interfaces"][4]["addresses"] == ["127.0.0.1/8", "::1/128"]
    assert [each["to"] for each in found["routes"]][::2] == ["0.0.0.0/0", "::/0"]
    assert found["networks"][1]["name"] == "default"
    assert found["filters"][0] == "clean-traffic"
    assert found["listeners"] == DATA["listeners"]


def test_a_key_makes_the_same_replacements_and_none_makes_others() -> None:
    assert made("k") == made("k") != made("l")
    assert made(None) != made(None)


ADDRESSES = [st.ip_addresses(v=4), st.ip_addresses(v=6), st.ip_addresses(network="10.0.0.0/8"),
             st.ip_addresses(network="192.168.0.0/16"), st.ip_addresses(network="fd00::/8")]  # fmt: skip


@given(st.lists(st.one_of(ADDRESSES), min_size=2, max_size=6, unique=True))
def test_two_addresses_share_as_many_bits_as_before(values: list[Any]) -> None:
    inventory = Inventory.model_validate({"version": 1, "dns_listeners": [str(each) for each in values]})
    found = [ip_address(each) for each in redacted(inventory, "k").dns_listeners or ()]
    for (before, after), (other, mapped) in combinations(zip(values, found, strict=True), 2):
        if before.version == other.version:
            assert (int(before) ^ int(other)).bit_length() == (int(after) ^ int(mapped)).bit_length()
    for before, after in zip(values, found, strict=True):
        assert (before.is_loopback, before.is_multicast, before.is_link_local) == (
            after.is_loopback, after.is_multicast, after.is_link_local,
        )  # fmt: skip
        assert any(before in ip_network(each) for each in ("10.0.0.0/8", "192.168.0.0/16", "172.16.0.0/12")) == any(
            after in ip_network(each) for each in ("10.0.0.0/8", "192.168.0.0/16", "172.16.0.0/12")
        )
