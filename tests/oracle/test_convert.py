"""Configuration files of a host as netplan and ifupdown themselves understand them. `.ci/oracles` fetches both.

Netplan writes what it understands as files of networkd and NetworkManager. The inventories of all three must be equal.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.test_convert import INTERFACES, links, routes, write
from vnetlint.host.convert import FileFormat, convert

pytestmark = pytest.mark.oracle

ROOT = Path(__file__).parent.parent.parent
HOSTS = Path(os.environ.get("VNETLINT_ORACLES", ROOT / "build" / "oracles")) / "hosts"
FILES = {
    "01.yaml": """\
network:
  version: 2
  ethernets:
    eno1: {}
    eno2: {dhcp4: true, mtu: 9000}
    eno3: {}
    eno4: {}
    id0:
      match: {macaddress: "52:54:00:11:22:33"}
      set-name: lan0
      addresses: [10.9.0.2/24, 10.9.0.3/24]
      routes:
        - {to: 10.7.0.0/16, via: 10.9.0.1}
        - {to: 10.6.0.1, via: 10.9.0.1}
  bonds:
    bond0: {interfaces: [eno3, eno4], parameters: {mode: active-backup}}
  bridges:
    br0:
      interfaces: [bond0]
      addresses: [192.168.50.10/24, "fd50::10/64"]
      routes: [{to: default, via: 192.168.50.1}, {to: "::/0", via: "fd50::1"}]
    br1: {interfaces: [vlan20], dhcp4: true}
  vlans:
    vlan20: {id: 20, link: eno1}
""",
    "02.yaml": "network: {bridges: {br0: {addresses: [192.168.51.10/24]}}}\n",
}


@pytest.mark.parametrize(
    ("kind", "renderer", "below"),
    [
        ("networkd", "networkd", "run/systemd/network"),
        ("networkmanager", "NetworkManager", "run/NetworkManager/system-connections"),
    ],
)
def test_netplan_and_what_it_generates_describe_the_same_host(
    tmp_path: Path, kind: FileFormat, renderer: str, below: str
) -> None:
    program = HOSTS / "usr" / "libexec" / "netplan" / "generate"
    assert program.exists(), "run .ci/oracles"
    files = FILES | {"01.yaml": FILES["01.yaml"].replace("version: 2", f"version: 2\n  renderer: {renderer}")}
    folder = write(tmp_path / "etc" / "netplan", files)
    libraries = next(HOSTS.rglob("libnetplan.so*")).parent
    subprocess.run(
        [program, "--root-dir", tmp_path], env={"LD_LIBRARY_PATH": str(libraries)}, check=True, capture_output=True
    )
    own, _ = convert("netplan", [folder])
    generated, _ = convert(kind, [str(tmp_path / below)])
    assert {name: _sorted(each) for name, each in links(own).items()} == {
        name: _sorted(each) for name, each in links(generated).items()
    }
    assert sorted(routes(own), key=str) == sorted(routes(generated), key=str)


def _sorted(link: dict[str, object]) -> dict[str, object]:
    return {key: sorted(value) if isinstance(value, tuple) else value for key, value in link.items()}


def test_ifupdown_adds_the_addresses_and_routes_of_the_inventory(tmp_path: Path) -> None:
    program = HOSTS / "sbin" / "ifup"
    assert program.exists(), "run .ci/oracles"
    folder = write(tmp_path, INTERFACES)
    file = tmp_path / "real"
    file.write_text(INTERFACES["interfaces"].replace("/etc/network/", f"{folder}/"))
    state = tmp_path / "state"
    state.mkdir()
    # It only prints what it would do.
    run = subprocess.run(
        [program, "--no-act", "--force", "--no-scripts", "--verbose", "--state-dir", state, "-i", file, "br0",
         "eth0.30", "vmbr0"],
        capture_output=True,
        text=True,
    )  # fmt: skip
    said = run.stdout + run.stderr
    inventory, _ = convert("ifupdown", [folder])
    added = {(dev, address) for address, dev in re.findall(r"ip (?:-6 )?addr add (\S+).*?\bdev (\S+)", said)}
    expected = {(name, value) for name, each in links(inventory).items() for value in each.get("addresses", ())}
    assert {(dev, _prefixed(address)) for dev, address in added} == expected
    assert [via for _, via, dev in routes(inventory) if f"route add default via {via}  dev {dev}" in said]


def _prefixed(address: str) -> str:
    value, _, mask = address.partition("/")
    return address if "." not in mask else f"{value}/{sum(int(each).bit_count() for each in mask.split('.'))}"
