"""Other judges agree with the verdicts of libxml2: jing on these schemas, and libvirt's own schemas."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.schemas.examples import ACCEPTED, KINDS, REJECTED
from tests.schemas.loaded import SCHEMAS
from tests.schemas.shuffling import shuffles

LIBVIRT = Path("/usr/share/libvirt/schemas")


def jing(schema: Path, folder: Path, documents: list[bytes]) -> set[int]:
    """The numbers of the documents that jing rejects."""
    assert shutil.which("jing"), "jing is not installed; on Debian and Ubuntu: apt install jing"
    paths = []
    for number, text in enumerate(documents):
        paths.append(folder / f"{number}.xml")
        paths[-1].write_bytes(text)
    done = subprocess.run(["jing", schema, *paths], capture_output=True, text=True, check=False)
    return {int(match[1]) for match in re.finditer(r"/(\d+)\.xml:\d+:\d+: (?:error|fatal)", done.stdout)}


@pytest.mark.oracle
@pytest.mark.parametrize("kind", KINDS)
def test_jing_agrees_with_libxml2(kind: str, tmp_path: Path) -> None:
    good, bad = shuffles(kind, 250), [text.encode() for text in REJECTED[kind].values()]
    assert jing(SCHEMAS / f"{kind}.rng", tmp_path, good + bad) == set(range(len(good), len(good) + len(bad)))


# What libvirt 9.0 does not know yet, and the masks for arp, which its documentation has and its schema has not.
NEWER = {
    "network": {
        "identity",
        "a physical function",
        "a domain",
        "a port for a forwarder",
        "a driver of VFIO",
        "the default route",
    },
    "nwfilter": {"arp"},
    "domain": {
        "vhostuser with passt",
        "vhostuser without a mode",
        "vhostuser without a socket",
        "firmware",
        "processors",
        "a CPU",
        "a display of a PCI device",
        "the identity of the firmware",
        "a crash that the guest deals with",
        "features of other machines",
        "an IOMMU with everything",
        "a card of virtio's",
        "disks of USB",
        "a disk of FreeBSD",
        "a long name of a product",
        "limits of every device",
        "a weight of polling",
        "reservations that stay",
        "shares of all processors",
    },
    "networkport": set[str](),
    "domainsnapshot": set[str](),
}


@pytest.mark.oracle
@pytest.mark.parametrize("kind", KINDS)
def test_libvirts_own_schema_agrees(kind: str, tmp_path: Path) -> None:
    good = {why: text for why, text in ACCEPTED[kind].items() if why not in NEWER[kind]}
    bad = REJECTED[kind]
    rejected = jing(LIBVIRT / f"{kind}.rng", tmp_path, [text.encode() for text in (good | bad).values()])
    assert [list(good | bad)[number] for number in sorted(rejected)] == list(bad)
