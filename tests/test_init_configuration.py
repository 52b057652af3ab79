"""The configuration that `vnetlint init` writes: what is a comment in it is a valid example of its key."""

import os
import re
import tomllib
from pathlib import Path

import pytest

from tests.test_cli import BAD, GOOD, Ran
from vnetlint.config.load import forget, load
from vnetlint.config.model import known_keys

UNCOMMENTED = re.compile(r"^# (?=[a-z-]+ = |\[\[)", re.MULTILINE)
ALWAYS = {"exclude", "baseline", "complete", "external", "policies", "target-libvirt", "min-severity"}


@pytest.fixture(autouse=True)
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    forget()
    (tmp_path / "lan.xml").write_text(BAD)
    return tmp_path


def written() -> str:
    """The configuration with its comments as keys."""
    assert Ran("init", "--yes").code == 0
    return UNCOMMENTED.sub("", Path("vnetlint.toml").read_text())


def hosts(site: Path) -> None:
    for name in ("alpha", "beta"):
        (site / "hosts" / name).mkdir(parents=True)
        (site / "hosts" / name / "lan.xml").write_text(GOOD)
    (site / "hosts" / "beta" / "kvm.json").write_text('{"version": 1, "networks": []}')


def test_each_comment_is_a_key(site: Path) -> None:
    assert tomllib.loads(written()).keys() == ALWAYS | {"host"}


def test_the_comments_of_several_hosts_are_entries(site: Path) -> None:
    hosts(site)
    table = tomllib.loads(written())
    assert table.keys() == ALWAYS | {"overrides"}
    assert table["overrides"] == [
        {"files": ["/hosts/alpha/"], "host": "hosts/alpha/host.json"},
        {"files": ["/hosts/beta/"], "host": "hosts/beta/kvm.json"},
    ]


def test_names_of_networks_are_external(site: Path) -> None:
    guest = "<domain><name>a</name><devices>{}</devices></domain>"
    nic = "<interface type='network'><source network='{}'/></interface>"
    (site / "a.xml").write_text(guest.format("".join(nic.format(each) for each in ("lan", "mgmt", 'q"', "MYNET"))))
    assert tomllib.loads(written())["external"] == ["default", "mgmt", 'q"']


def test_a_configuration_with_all_of_them_is_accepted(site: Path) -> None:
    text = written()
    (site / "host.json").write_text('{"version": 1}')
    kept = [line for line in text.splitlines() if line.partition(" =")[0] in known_keys() or line.startswith("#")]
    Path("vnetlint.toml").write_text("\n".join(kept))
    forget()
    assert load(os.path.abspath("vnetlint.toml")).config.target_libvirt == "9.0.0"
    assert Ran("check").code in (0, 1)
