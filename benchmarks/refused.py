"""What libvirt refuses must be an error for the same moment. Networks are linted with the bare host they were tried on.

Guests count if the message of libvirt's parser is about an interface.

usage: python -m benchmarks.refused CORPUS
"""

import re
import sys
from pathlib import Path

from benchmarks.manifest import Entry, entries
from vnetlint.engine.lint import lint
from vnetlint.engine.reading import read
from vnetlint.finding import When
from vnetlint.host import Host, Inventory
from vnetlint.settings import Settings
from vnetlint.xml.source import Source

BARE_HOST = {
    "version": 1, "libvirt": "9.0.0", "firewall_backend": "iptables", "firewalld_zones": [], "resolved": False,
    "folders": [], "traffic_control": ["htb", "ingress"],
    "interfaces": [{"name": "eth0", "kind": "nic", "addresses": ["192.168.50.10/24"]}],
    "routes": [{"to": "default", "via": "192.168.50.1", "dev": "eth0"}],
}  # fmt: skip
_ABOUT_INTERFACES = re.compile(
    r"\binterface\b|<mac|mac address|(?<!memory )bandwidth|virtualport|teaming|vlan", re.IGNORECASE
)


def main(corpus: str) -> int:
    """Print each refusal that is not told, and the figure."""
    settings = Settings(host=Host.of({k: v for k, v in BARE_HOST.items() if k in Inventory.model_fields}))
    reported = all_ = 0
    for entry in entries(Path(corpus)):
        moment, message = _refused(entry)
        source = entry.open()
        if moment is None or (isinstance(source, Source) and read(source, None).source.is_template):
            # A template is not checked before it is filled in.
            continue
        findings = lint([source], settings).findings
        said = any(each.severity == "error" and each.when == moment for each in findings)
        all_ += 1
        reported += said
        if not said:
            ours = "; ".join(f"{each.rule} ({each.severity}, {each.when})" for each in findings)
            print(f"{entry.name}: refused at {moment}: {message[:160]!r}, but: {ours or 'nothing'}")
    print(f"told {reported} of {all_}")
    return 0


def _refused(entry: Entry) -> tuple[When | None, str]:
    if "$" in entry.libvirtd_message:
        # This is a template too: libvirt quotes its placeholder.
        return None, ""
    if entry.libvirtd_define == "reject":
        return "define", entry.libvirtd_message
    if entry.libvirtd_start == "no-start":
        return "start", entry.start_message
    about_interface = entry.root == "domain" and _ABOUT_INTERFACES.search(entry.virsh_message)
    return ("define", entry.virsh_message) if entry.virsh_define == "reject" and about_interface else (None, "")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
