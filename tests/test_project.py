"""The index across files: what a name refers to, and which files belong to one host."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources import named
from vnetlint.engine.lint import lint
from vnetlint.host import Host
from vnetlint.model import Model, Network, model_of
from vnetlint.project import Project
from vnetlint.settings import Settings
from vnetlint.xml.tree import parse


def models(**files: str) -> tuple[Model, ...]:
    """Documents by file name; `__` means `/`."""
    found = [model_of(document) for path, text in files.items()
             for document in parse(named(path.replace("__", "/") + ".xml", text))]  # fmt: skip
    return tuple(model for model in found if model is not None)


def network(name: str, inner: str = "") -> str:
    return f"<network><name>{name}</name>{inner}</network>"


def guest(name: str, network: str) -> str:
    return (f"<domain><name>{name}</name><devices><interface type='network'><source network='{network}'/></interface>"
            "</devices></domain>")  # fmt: skip


def test_an_interface_finds_its_network_and_the_network_its_guests() -> None:
    project = Project(models(lan=network("lan"), web=guest("web", "lan"), db=guest("db", "dmz")))
    (lan,) = project.networks.all
    assert [project.networks.of(interface) for interface in project.guests.interfaces] == [lan, None]
    assert [interface.domain.name for interface in project.guests.interfaces_on(lan)] == ["web"]


def test_a_network_and_an_interface_on_it_use_the_same_bridge_of_the_host() -> None:
    bridged = network("lan", "<forward mode='bridge'/><bridge name='br0'/>")
    project = Project(models(lan=bridged, web=guest("web", "lan"), db=guest("db", "dmz")))
    (lan,), (web, db) = project.networks.all, project.guests.interfaces
    assert [project.networks.of(user) for user in (lan, web, db)] == [lan, lan, None]
    assert [project.bridges.joined_by(user) for user in (lan, web, db)] == [lan.host_bridge, lan.host_bridge, None]
    assert [project.guests.attachment_of(user) for user in (lan, web, db)] == ["host-bridge", "host-bridge", None]
    assert [user.owner for user in (lan, web)] == [lan, web.domain]


def test_a_name_refers_to_the_nearest_network() -> None:
    project = Project(models(a__lan=network("lan"), b__lan=network("lan"), b__web=guest("web", "lan")))
    (interface,) = project.guests.interfaces
    found = project.networks.of(interface)
    assert found is not None
    assert found.path == "b/lan.xml"


def test_a_name_without_a_nearest_network_refers_to_none() -> None:
    project = Project(models(a__lan=network("lan"), b__lan=network("lan"), c__web=guest("web", "lan")))
    assert project.networks.of(project.guests.interfaces[0]) is None


def test_files_of_one_folder_are_one_host_and_two_versions_of_one_thing_are_not() -> None:
    parts = models(a__lan=network("lan"), a__dmz=network("dmz"), b__wan=network("wan"), a__lan2=network("lan"))
    lan, dmz, wan, lan_again = (model for model in parts if isinstance(model, Network))
    assert Project(parts).same_host(lan, dmz)
    assert not Project(parts).same_host(lan, wan)
    assert not Project(parts).same_host(lan, lan_again)
    assert Project(parts, complete=True).same_host(lan, wan)


def test_subnets_are_in_order_of_address() -> None:
    ip = "<ip address='{}' prefix='{}'/>"
    project = Project(models(a=network("a", ip.format("10.2.0.1", 24)), b=network("b", ip.format("10.1.0.1", 24)),
                             c=network("c", ip.format("10.1.0.1", 16))))  # fmt: skip
    assert [str(subnet) for subnet, _, _ in project.subnets.all] == ["10.1.0.0/16", "10.1.0.0/24", "10.2.0.0/24"]


def steps(one: str, other: str) -> int:
    """The number of folders between two files, by way of the folder that contains both."""
    ours, theirs = (tuple(each.split("/")[:-1]) for each in (one, other))
    common = next(
        (i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(map(len, (ours, theirs)))
    )
    return len(ours) + len(theirs) - 2 * common


PATHS = st.lists(st.sampled_from("abc"), max_size=4).map(lambda parts: "__".join([*parts, "x"]))


@given(st.lists(PATHS, min_size=1, max_size=8, unique=True), PATHS)
def test_the_nearest_is_the_one_with_the_fewest_steps(places: list[str], user: str) -> None:
    parts = models(**{f"{place}{n}": network("lan") for n, place in enumerate(places)})
    project = Project((*parts, *models(**{user + "w": guest("w", "lan")})))
    (web,) = project.guests.all
    ways = sorted((steps(each.path, web.path), index) for index, each in enumerate(project.networks.all))
    alone = len(ways) == 1 or ways[0][0] < ways[1][0]
    assert project.networks.of(project.guests.interfaces[0]) is (project.networks.all[ways[0][1]] if alone else None)


@pytest.mark.parametrize(
    ("bridge", "maker"),
    [
        ("virbr0", "the network 'default'"),
        ("virbr9", "libvirt"),
        ("nat0", "the network 'default'"),
        ("guests0", "the network 'guests'"),
        ("docker0", "Docker"),
        ("br-0123456789ab", "Docker"),
        ("cni0", "Kubernetes"),
        ("br0", None),
        ("virbr5", None),
        ("gone", None),
        ("lab0", "the network 'lab'"),
    ],
)
def test_a_bridge_has_one_maker(bridge: str, maker: str | None) -> None:
    host = Host.of(
        {"version": 1, "networks": [{"name": "guests", "bridge": "guests0"}],
         "interfaces": [{"name": "eth0", "master": "virbr5"}, {"name": "virbr5"}, {"name": "br0", "kind": "bridge"},
                        {"name": "nat0", "kind": "bridge", "addresses": ["192.168.122.1/24"]}]}
    )  # fmt: skip
    lab = network("lab", "<bridge name='lab0'/>")
    assert Project(models(lab=lab), host).bridges.maker_of(bridge) == maker


@pytest.mark.parametrize(("folder", "collides"), [("hosts/a", True), ("tests/data", False), ("spec/fixtures", False)])
def test_fixtures_are_loaded_one_at_a_time(folder: str, collides: bool) -> None:
    uuid = "<uuid>4dea22b3-1d52-d8f3-2516-782e98ab3fa0</uuid>"
    guest = "<domain type='kvm'><name>{}</name>" + uuid + "<memory>1024</memory><os><type>hvm</type></os></domain>"
    files = [named(f"{folder}/{name}.xml", guest.format(name)) for name in ("a", "b")]
    found = {each.rule for each in lint(files, Settings()).findings if each.severity == "error"}
    assert ("guest-identity-in-use" in found) is collides


@pytest.mark.parametrize(
    ("host", "target", "known"),
    [(None, None, None), ("9.0.0", None, False), ("12.8.0", (9, 0, 0), True), (None, (9, 0, 0), False),
     (None, (11, 0, 0), True)],
)  # fmt: skip
def test_the_version_comes_from_the_host_or_else_the_target(
    host: str | None, target: tuple[int, int, int] | None, known: bool | None
) -> None:
    inventory = Host.of({"version": 1, "libvirt": host})
    assert Project((), inventory, target=target).has_libvirt("11.0.0") is known
