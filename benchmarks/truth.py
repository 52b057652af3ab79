"""What a real libvirtd did, compared with vnetlint: each refused case is an error for that moment, and no other is.

FILE holds cases with their XML and what `virsh` answered. `definitions` are networks on a host with two NICs;
`interfaces` are guests' interfaces beside networks, whose XML is in `interface-networks.json` in the same folder.
The file's name has libvirt's version, as in `definitions-12.8.json`; without one it is 9.0.0.

usage: python -m benchmarks.truth {connectivity,definitions,interfaces} FILE
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if not __package__:
    # Run as a file, Python looks for modules in this folder only.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.connectivity import judge
from vnetlint.engine.lint import lint
from vnetlint.finding import Finding, When
from vnetlint.host import Host
from vnetlint.inputkey import FileKey
from vnetlint.settings import Settings
from vnetlint.xml.source import Source

NICS = [
    {"name": "eth0", "kind": "nic", "addresses": ["192.168.50.10/24", "fd50::10/64"]},
    {"name": "eth1", "kind": "nic", "addresses": ["192.168.60.10/24", "fd60::10/64"]},
    {"name": "lo", "kind": "other", "addresses": ["127.0.0.1/8", "::1/128"]},
]
DEFINITIONS_HOST = {
    "version": 1, "interfaces": NICS,
    "routes": [{"to": "default", "via": "192.168.50.1", "dev": "eth0"},
               {"to": "10.200.0.0/24", "via": "192.168.50.20", "dev": "eth0"}],
    "forwarding": {"ipv4": True, "ipv6": True}, "firewalld_zones": [], "folders": [],
}  # fmt: skip
INTERFACES_HOST = {
    "version": 1,
    "interfaces": [{"name": "eth0", "kind": "nic", "master": "br0"},
                   {"name": "br0", "kind": "bridge", "addresses": ["192.168.50.10/24"]},
                   {"name": "eth1", "kind": "nic", "addresses": ["192.168.60.10/24"]}],
    "networks": [{"name": "inactive", "active": False}], "traffic_control": ["htb", "ingress"],
    "bridge_vlan_filtering": False,
}  # fmt: skip
VERSION = re.compile(r"-(\d+[.]\d+)[.]json$")
GUEST = (
    "<domain type='qemu'><name>guest</name><memory>65536</memory><os><type>hvm</type></os>"
    "<devices>{}</devices></domain>\n"
)
SAYS_SO: dict[str, set[When]] = {"define": {"define"}, "start": {"start"}, "plug": {"plug", "start"}}


@dataclass(frozen=True)
class Case:
    """One experiment: the files, and the moment at which libvirt refused, if it did."""

    name: str
    path: str
    files: dict[str, str]
    host: dict[str, Any]
    refused: When | None
    message: str


def main(kind: str, file: str) -> int:
    """Print a line for each disagreement, then the figure."""
    if kind == "connectivity":
        return _connectivity(Path(file))
    cases = list(_definitions(Path(file)) if kind == "definitions" else _interfaces(Path(file)))
    agreed = 0
    for case in cases:
        wrong = _disagreement(case)
        agreed += not wrong
        if wrong:
            print(f"{case.name}: {wrong}")
    print(f"agree {agreed} of {len(cases)}")
    return 0


def _connectivity(file: Path) -> int:
    """Print each pair of endpoints that the model judges differently, then the figure."""
    agreed = total = 0
    scenarios = json.loads(file.read_text("utf-8"))
    filters = dict(_filters(file, scenarios))
    for scenario in scenarios:
        for name, wrong in judge(scenario, _libvirt(file), filters):
            total += 1
            agreed += not wrong
            if wrong:
                print(f"{scenario['name']}: {name}: {wrong}")
    print(f"agree {agreed} of {total}")
    return 0


def _filters(file: Path, scenarios: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield the network filters that scenarios name, which are in files beside them or with the lab's scenarios."""
    for name in {each for scenario in scenarios for each in scenario["steps"].get("filters", [])}:
        for folder in (file.parent, file.parent.parent / "lab" / "scenarios"):
            if (folder / name).is_file():
                yield name, (folder / name).read_text("utf-8")
                break


def _definitions(file: Path) -> Iterator[Case]:
    for row in json.loads(file.read_text("utf-8")):
        define, start = row["define"], row["start"]
        refused: When | None = "define" if define["rc"] else "start" if start and start["rc"] else None
        files = {"n.xml": row["xml"], **{f"other{i}.xml": text for i, text in enumerate(row.get("others", []))}}
        yield Case(
            row["case"],
            "n.xml",
            files,
            DEFINITIONS_HOST | _libvirt(file),
            refused,
            define["error"] or (start or {}).get("error", ""),
        )


def _interfaces(file: Path) -> Iterator[Case]:
    networks: dict[str, str] = json.loads(file.with_name("interface-networks.json").read_text("utf-8"))
    for row in json.loads(file.read_text("utf-8")):
        files = {name: networks[name] for name in row["networks"]}
        files["xml/guest.xml"] = GUEST.format(row["interface_xml"])
        refused: When | None = "define" if row["define_rc"] else "plug" if row["start_rc"] else None
        message = row["define_err"] or row["start_err"]
        yield Case(row["case"], "xml/guest.xml", files, INTERFACES_HOST | _libvirt(file), refused, message)


def _libvirt(file: Path) -> dict[str, str]:
    """The version of libvirt, and the backend that it uses if both are installed."""
    named = VERSION.search(file.name)
    return (
        {"libvirt": f"{named[1]}.0", "firewall_backend": "nftables"}
        if named
        else {"libvirt": "9.0.0", "firewall_backend": "iptables"}
    )


def _disagreement(case: Case) -> str:
    """Return how libvirt and vnetlint differ on a case, or nothing if they agree."""
    settings = Settings(host=Host.of(case.host))
    findings = lint([Source(FileKey(path), text) for path, text in case.files.items()], settings).findings
    own = [each for each in findings if each.path == case.path or case.path in {other.path for other in each.related}]
    said = [each for each in own if each.severity == "error" and each.when != "never"]
    if case.refused is None:
        false = [each for each in said if each.when in ("define", "start") or case.path.startswith("xml/")]
        return f"libvirt accepts it, but: {_listed(false)}" if false else ""
    if any(each.when in SAYS_SO[case.refused] for each in said):
        return ""
    return f"libvirt refuses it at {case.refused}: {case.message.strip().splitlines()[-1][:150]!r}, but: {_listed(own)}"


def _listed(findings: list[Finding]) -> str:
    return "; ".join(f"{each.rule} ({each.severity}, {each.when})" for each in findings) or "nothing"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
