"""A file that several hosts have: what each host finds in it is reported, and what all find alike is reported once."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fleet.hosts import LAN, guest, nic
from tests.fleet.test_command import Ran
from tests.test_config import nearest_cache_clear

WITHOUT = {"interfaces": [{"name": "eno1"}]}
WITH = {"interfaces": [{"name": "br0", "kind": "bridge", "addresses": ["192.168.50.10/24"]}]}
SHARED = "networks/lan.xml"
BAD = LAN.format("<ip address='10.0.0.1' prefix='24'/>")
ALIKE = f":{SHARED}: ip-on-bridged-network"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    nearest_cache_clear()
    yield tmp_path
    nearest_cache_clear()


def site(*with_bridge: str, without: tuple[str, ...] = ()) -> None:
    """Write a repository of hosts, each with a guest on a network that all have."""
    Path("networks").mkdir()
    Path(SHARED).write_text(BAD)
    for name in (*with_bridge, *without):
        Path("hosts", name).mkdir(parents=True)
        Path("hosts", name, "web.xml").write_text(guest(f"web-{name}", nic()))
        known = {"version": 1, "name": name, "migration_group": "prod", **(WITHOUT if name in without else WITH)}
        Path("hosts", name, "host.json").write_text(json.dumps(known))
    entry = "[[overrides]]\nfiles = ['hosts/{0}/', 'networks/']\nhost = 'hosts/{0}/host.json'\n"
    names = sorted((*with_bridge, *without))
    Path("vnetlint.toml").write_text("".join(map(entry.format, names)))


def facts(*arguments: str, output: str = "all.parquet") -> str:
    """Write facts, and return what is said about it."""
    ran = Ran("facts", *arguments, "-o", output)
    assert ran.code == 0, ran.err
    return ran.err


def found(*files: str) -> dict[str, list[str]]:
    """Return the findings in facts as `path: rule`, with the messages of their related places."""
    ran = Ran("check", "--output-format", "json", *(each for name in files for each in ("--facts", name)))
    assert ran.code in (0, 1), ran.err
    listed = [(f"{each['path']}: {each['rule']}", each["related"]) for each in ran.findings()]
    assert len(listed) == len(dict(listed)), "each finding is reported once"
    return {name: [each["message"] for each in related] for name, related in listed}


def test_what_one_host_finds_in_a_shared_file_is_reported_for_that_host() -> None:
    site("beta", without=("alpha",))
    assert "about 2 hosts: alpha, beta" in facts(".")
    assert found("all.parquet") == {
        f"alpha{ALIKE}": ["the mode is set here", "host 'beta' has this file too"],
        f"alpha:{SHARED}: bridge-without-uplink": [],
    }


def test_every_host_has_the_networks_of_a_shared_file() -> None:
    site("alpha", "beta", "gamma")
    facts(".")
    assert not [each for each in found("all.parquet") if "migration" in each]


def test_a_host_that_shares_a_file_with_many_names_a_few() -> None:
    site(*(f"h{number}" for number in range(9)))
    facts(".")
    assert found("all.parquet")[f"h0{ALIKE}"][1:] == [
        *(f"host 'h{number}' has this file too" for number in (1, 2, 3, 4)),
        "host 'h5' has this file too, and 3 more",
    ]


def test_the_facts_of_one_host_have_shared_files_as_its_own() -> None:
    site("beta", without=("alpha",))
    for name in ("alpha", "beta"):
        assert f"about 1 host: {name}" in facts(f"hosts/{name}", "networks", output=f"{name}.parquet")
    assert found("alpha.parquet", "beta.parquet") == {
        f"alpha{ALIKE}": ["the mode is set here"],
        f"alpha:{SHARED}: bridge-without-uplink": [],
        f"beta{ALIKE}": ["the mode is set here"],
    }


def test_files_with_one_path_and_content_on_two_hosts_are_two_files() -> None:
    Path("networks").mkdir()
    Path(SHARED).write_text(BAD)
    for name in ("alpha", "beta"):
        facts("networks", "--host-name", name, output=f"{name}.parquet")
    assert list(found("alpha.parquet", "beta.parquet")) == [f"alpha{ALIKE}", f"beta{ALIKE}"]


def test_a_baseline_of_check_is_not_stale_for_the_other_hosts() -> None:
    site("alpha", without=("beta",))
    assert Ran("baseline", "write", "--baseline", "held.json").code == 0
    assert "no longer found" not in facts(".", "--baseline", "held.json")
    assert found("all.parquet") == {}


def test_a_host_without_a_name_is_noted() -> None:
    site("alpha", "beta")
    Path("hosts/alpha/host.json").write_text(json.dumps({"version": 1, **WITH}))
    said = facts(".")
    assert f"{SHARED}: it is of several hosts, of which one has no name: set `name` in its inventory" in said
    assert f"beta{ALIKE}" in found("all.parquet")


def test_a_name_for_all_files_makes_them_of_one_host() -> None:
    site("alpha", "beta")
    assert "about 1 host: all" in facts(".", "--host-name", "all")
    assert found("all.parquet")[f"all{ALIKE}"] == ["the mode is set here"]


def test_files_under_several_settings_are_of_one_host() -> None:
    site("alpha")
    Path("hosts/beta").mkdir()
    Path("hosts/beta/web.xml").write_text(guest("shop", nic()))
    inventory = {"version": 1, "name": "beta", "interfaces": [{"name": "br0", "kind": "bridge", "lan": "office"}]}
    Path("hosts/beta/host.json").write_text(json.dumps(inventory))
    Path("hosts/alpha/host.json").write_text(json.dumps({**inventory, "name": "alpha"}))
    text = Path("vnetlint.toml").read_text()
    entry = text.replace("alpha", "beta")
    Path("vnetlint.toml").write_text(f"{text}{entry}[[overrides]]\nfiles = ['hosts/*/web.xml']\nignore = ['VN1010']\n")
    facts(".")
    assert "beta:hosts/beta/web.xml: mac-on-one-lan-twice" in found("all.parquet")
