"""A large host that is cut down to what concerns a few documents leads to the findings of the whole host."""

import json
import sys
from typing import Any
from unittest.mock import PropertyMock, patch

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.sources import named
from vnetlint.engine.lint import lint
from vnetlint.host import Host
from vnetlint.host.excerpt import Concern, Excerpts
from vnetlint.rulebook.catalogue import builtin
from vnetlint.rulebook.rule import Rule
from vnetlint.settings import Settings
from vnetlint.testing.cases import bad_case

MANY = 60
"""How many entries each list of the inventory has; together they make a large host."""
NUMBERS = st.integers(0, MANY - 1)

MODES = st.sampled_from(
    (
        "",
        "<forward mode='nat'/>",
        "<forward mode='nat' dev='eth{n}'/>",
        "<forward mode='route'/>",
        "<forward mode='route' dev='br{n}'/>",
        "<forward mode='open'/>",
    )
)
ADDRESSES = st.sampled_from(
    ("10.{n}.0.1/24", "172.16.{n}.1/24", "192.168.{n}.77/24", "10.{n}.5.1/16", "fd00:{n}::1/64")
)


@st.composite
def _networks(draw: st.DrawFn) -> str:
    n = draw(NUMBERS)
    mode = draw(MODES).format(n=draw(NUMBERS))
    ips = "".join(_ip(each.format(n=draw(NUMBERS))) for each in draw(st.lists(ADDRESSES, max_size=2)))
    bridge = draw(st.sampled_from((f"virbr{n}", f"vb{n}", f"br{n}")))
    isolated = draw(st.sampled_from(("", "", "<port isolated='yes'/>")))
    return f"<network><name>n{n}</name>{mode}<bridge name='{bridge}'/>{isolated}{ips}</network>"


def _ip(address: str) -> str:
    own, prefix = address.split("/")
    family = "ipv6" if ":" in own else "ipv4"
    dhcp = "" if ":" in own else f"<dhcp><range start='{own[:-1]}2' end='{own[:-1]}9'/></dhcp>"
    return f"<ip family='{family}' address='{own}' prefix='{prefix}'>{dhcp}</ip>"


BRIDGED = st.builds(
    "<network><name>n{}</name><forward mode='bridge'/><bridge name='br{}'/></network>".format, NUMBERS, NUMBERS
)
MACVTAP = st.builds(
    "<network><name>n{}</name><forward mode='bridge'><interface dev='eth{}'/></forward></network>".format,
    NUMBERS,
    NUMBERS,
)
SOURCES = st.one_of(
    st.builds("<interface type='network'><source network='n{}'/></interface>".format, NUMBERS),
    st.builds("<interface type='bridge'><source bridge='br{}'/></interface>".format, NUMBERS),
    st.builds("<interface type='direct'><source dev='eth{}' mode='bridge'/></interface>".format, NUMBERS),
)
GUESTS = st.builds(
    "<domain type='kvm'><name>g{}</name><devices>{}</devices></domain>".format,
    NUMBERS,
    st.lists(SOURCES, min_size=1, max_size=3).map("".join),
)
FILES = st.lists(st.one_of(_networks(), _networks(), BRIDGED, MACVTAP, GUESTS), min_size=1, max_size=5)


@st.composite
def _hosts(draw: st.DrawFn) -> dict[str, Any]:
    """Return an inventory as a machine with many NICs, bridges, routes and guests has it."""
    dynamic = draw(st.booleans())
    nics: list[dict[str, Any]] = [
        {"name": f"eth{n}", "kind": "nic", "up": n % 7 != 0, **({} if n % 3 else {"addresses": [f"192.168.{n}.10/24"]})}
        for n in range(MANY)
    ]
    bridges = [
        {
            "name": f"br{n}",
            "kind": "bridge",
            "ports": [f"eth{n}"] if n % 3 == 1 else [],
            "addresses": [f"10.20{n % 5}.{n}.1/24"],
        }
        for n in range(MANY)
    ]
    for number, nic in enumerate(nics):
        if number % 3 == 1:
            nic["master"] = f"br{number}"
    routes = [
        {"to": f"172.16.{n}.0/24", "via": f"192.168.{n // 3 * 3}.1", "dev": f"eth{n // 3 * 3}"} for n in range(MANY)
    ]
    leads = draw(NUMBERS) // 3 * 3
    defaults = [{"to": "default", "via": f"192.168.{leads}.1", "dev": f"eth{leads}"}]
    machines = [
        {"name": f"m{n}", "on": f"eth{n // 3 * 3}", "addresses": [f"192.168.{n // 3 * 3}.99/24"]} for n in range(MANY)
    ]
    networks = [
        {"name": f"n{n}", "active": n % 4 != 0, "bridge": f"virbr{n}", "subnets": [f"10.{n}.0.0/24"]}
        for n in range(MANY)
    ]
    guests = [{"name": f"g{n}", "nics": [{"mac": f"52:54:00:00:00:{n:02x}"}]} for n in range(MANY)]
    optional: dict[str, Any] = {
        "interfaces": [*nics, *bridges],
        "routes": [*routes, *(defaults if draw(st.booleans()) else [])],
        "machines": machines,
        "networks": networks,
        "guests": guests,
        "forward_policy": draw(st.sampled_from(("accept", "drop"))),
        "input_policy": draw(st.sampled_from(("accept", "drop"))),
        "forwarding": {"ipv4": draw(st.booleans()), "ipv6": draw(st.booleans())},
        "libvirt": draw(st.sampled_from(("9.0.0", "12.8.0"))),
    }
    left = draw(st.sets(st.sampled_from(sorted(optional)), max_size=2)) - {"interfaces"}
    if dynamic:
        nics[0]["dynamic"] = ["ipv4"]
    return {"version": 1, **{key: value for key, value in optional.items() if key not in left}}


# Making an example smaller takes minutes, and it is a page of text all the same.
@pytest.mark.slow
@settings(
    max_examples=25,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(FILES, _hosts())
def test_the_findings_are_those_of_the_whole_host(files: list[str], inventory: dict[str, Any]) -> None:
    cut = _found(files, inventory)
    with patch.object(Excerpts, "_is_large", new_callable=PropertyMock, return_value=False):
        whole = _found(files, inventory)
    assert cut == whole


def _found(files: list[str], inventory: dict[str, Any]) -> list[tuple[object, ...]]:
    sources = [named(f"{number}.xml", text) for number, text in enumerate(files)]
    # A host keeps what it was asked, so each run has one of its own.
    under = Settings(rules=frozenset({"all"}), host=Host.of(inventory))
    return [(each.path, each.span, each.rule, each.severity, each.message) for each in lint(sources, under).findings]


ROUTED = (
    "<network><name>{0}</name><forward mode='route'/><bridge name='br{0}'/>"
    "<ip address='10.{1}.0.1' prefix='24'/></network>"
)


def test_whether_another_network_runs_decides_what_the_host_forwards() -> None:
    networks = [{"name": f"n{n}", "active": True, "bridge": f"brn{n}"} for n in range(2 * MANY)]
    inventory = {
        "version": 1,
        "forwarding": {"ipv4": False, "ipv6": False},
        "interfaces": [{"name": "eth0", "kind": "nic", "addresses": ["192.168.50.10/24"]}],
        "routes": [{"to": "default", "via": "192.168.50.1", "dev": "eth0"}],
        "networks": [*networks, {"name": "new", "active": True, "bridge": "brnew"}],
    }
    files = [ROUTED.format("n1", 1), ROUTED.format("new", 2)]
    cut = _found(files, inventory)
    with patch.object(Excerpts, "_is_large", new_callable=PropertyMock, return_value=False):
        assert cut == _found(files, inventory)


ASKING = [
    rule
    for rule in builtin()
    if {"arrives", "reaches"} & vars(sys.modules[rule.module]).keys() and bad_case(rule) is not None
]
"""The rules that ask who reaches whom, whose answers come from a host that is cut down."""


@pytest.mark.parametrize("rule", ASKING, ids=lambda rule: rule.name)
def test_a_rule_finds_the_same_on_a_large_host(rule: Rule) -> None:
    case = bad_case(rule)
    assert case is not None
    small = json.loads(case.settings.host.inventory.model_dump_json(exclude_unset=True)) if case.settings.host else {}
    inventory = {"version": 1, **small}
    for key, others in _unrelated().items():
        # What is not in an inventory is unknown, which is a fact of its own.
        inventory[key] = [*inventory[key], *others] if key in inventory else others if key == "machines" else None
    inventory = {key: each for key, each in inventory.items() if each is not None}
    texts = [data.decode() for data in case.files.values()]
    cut = _found(texts, inventory)
    with patch.object(Excerpts, "_is_large", new_callable=PropertyMock, return_value=False):
        assert cut == _found(texts, inventory)
    if small:
        assert rule.name in {each[2] for each in cut}


def _unrelated() -> dict[str, list[dict[str, Any]]]:
    """Return what a host may have besides, with names and addresses of its own."""
    return {
        "interfaces": [
            {"name": f"other{n}", "kind": "nic", "addresses": [f"198.18.{n}.10/24"], "up": True} for n in range(MANY)
        ],
        "routes": [{"to": f"198.19.{n}.0/24", "via": f"198.18.{n}.1", "dev": f"other{n}"} for n in range(MANY)],
        "machines": [{"name": f"m{n}", "on": "internet", "addresses": [f"198.18.{n}.99/24"]} for n in range(2 * MANY)],
        "networks": [{"name": f"x{n}", "active": True, "bridge": f"virbrx{n}"} for n in range(MANY)],
    }


def test_a_large_host_is_cut_down() -> None:
    nics = [{"name": f"eth{n}", "kind": "nic", "addresses": [f"192.168.{n}.10/24"]} for n in range(200)]
    host = Host.of({"version": 1, "interfaces": nics})
    few = Excerpts(host).of(Concern(frozenset({"eth150"}), frozenset()))
    assert "eth150" in {each.name for each in few.links}
    assert len(few.links) < 20
