"""Every conversion of a corpus's networks that libvirt accepts: accepted and started by each version of libvirt.

Each network is converted to each mode of `vnetlint mode`, and back. The way back is equal in meaning if the network
has its mode again, and every element and attribute is as before except those that one of the two conversions said to
set, add or remove. A comment is lost if its text is nowhere in the file.

Needs root and the packages that .ci/run installs, for libvirtd in namespaces of its own.

usage: python -m benchmarks.conversions CORPUS [VERSION...]
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.networks import corpus_networks
from tests.oracle.libvirtd import ROOTS, Bridge, Libvirtd, Nic, Verdict
from tests.oracle.libvirtd import Host as OracleHost
from vnetlint.engine.convert import Converted, ConvertError, convert
from vnetlint.engine.lint import lint
from vnetlint.engine.reading import read
from vnetlint.host import Host
from vnetlint.inputkey import FileKey
from vnetlint.model import Network
from vnetlint.remedies.choose import AIMS, Aim, Wish
from vnetlint.remedies.conversion import Change, Target, conversion
from vnetlint.schema import gate
from vnetlint.settings import Settings
from vnetlint.xml.source import Source
from vnetlint.xml.splice import apply, with_leftovers
from vnetlint.xml.tree import parse

Ask = Callable[[str], Verdict]
"""Returns what libvirt says to a network."""

UPLINKS = {"bridged": "br0", "macvtap": "eth2"}
MACHINE = OracleHost(
    nics=(Nic("eth0", ("192.168.50.10/24",)), Nic("eth1"), Nic("eth2")),
    bridges=(Bridge("br0", ports=("eth1",)),),
    traffic_control=("htb", "fw", "ingress", "police", "sfq"),
)
INVENTORY = {
    "version": 1, "resolved": False, "firewalld_zones": [], "traffic_control": ["htb", "ingress"],
    "interfaces": [{"name": "eth0", "kind": "nic", "addresses": ["192.168.50.10/24"]},
                   {"name": "eth1", "kind": "nic", "master": "br0"}, {"name": "eth2", "kind": "nic"},
                   {"name": "br0", "kind": "bridge", "ports": ["eth1"]},
                   {"name": "lo", "kind": "other", "addresses": ["127.0.0.1/8", "::1/128"]}],
    "routes": [{"to": "default", "via": "192.168.50.1", "dev": "eth0"}],
}  # fmt: skip


@dataclass
class Tally:
    """What became of the conversions to one mode."""

    counts: Counter[str] = field(default_factory=Counter)

    def line(self, aim: str) -> str:
        """The figures in words."""
        of = self.counts
        return (
            f"{aim:9} tried {of['tried']:4}, valid {of['valid']:4}, accepted {of['accepted']:4}, "
            f"started {of['started']:4} (of {of['startable']}), new errors {of['new errors']}, "
            f"comments lost {of['comments lost']}, round trips {of['round trips']}, equal {of['equal']}, "
            f"of these without any difference {of['identical']}; had the mode {of['already']}, "
            f"cannot be edited {of['refused']}"
        )


def main(corpus: str, *versions: str) -> int:
    """Print each conversion that went wrong, and the figures of each version and mode."""
    networks = [(each.path, each.text) for each in corpus_networks(Path(corpus))]
    asked = versions or ("9.0", "12.8")
    with ThreadPoolExecutor() as pool:
        found = list(pool.map(lambda version: _tallies(networks, version), asked))
    for version, (accepted, tallies) in zip(asked, found, strict=True):
        print(f"{version}: networks {len(networks)}, accepted by libvirt {accepted}")
        for aim, tally in tallies.items():
            print(f"  {tally.line(aim)}")
    total: Counter[str] = Counter()
    for _, tallies in found:
        for tally in tallies.values():
            total += tally.counts
    wrong = 2 * total["tried"] - total["valid"] - total["accepted"]
    wrong += total["startable"] - total["started"] + total["round trips"] - total["equal"]
    wrong += total["new errors"] + total["comments lost"]
    print(f"conversions {total['tried']}, round trips {total['round trips']}, wrong {wrong}")
    return 1 if wrong else 0


def _tallies(networks: list[tuple[str, str]], version: str) -> tuple[int, dict[Aim, Tally]]:
    settings = Settings(host=Host.of({**INVENTORY, "libvirt": f"{version}.0"}))
    tallies: dict[Aim, Tally] = {aim: Tally() for aim in AIMS}
    accepted = 0
    with Libvirtd(MACHINE, ROOTS[version]) as daemon:
        said: dict[str, Verdict] = {}

        def ask(text: str) -> Verdict:
            if text not in said:
                said[text] = daemon.judge_network(text)
            return said[text]

        for path, text in networks:
            original = ask(text)
            if not original.define.ok:
                continue
            accepted += 1
            for aim, tally in tallies.items():
                for what in _faults(Source(FileKey(path), text), aim, original, ask, settings, tally.counts):
                    print(f"{version} {path} to {aim}: {what}", flush=True)
    return accepted, tallies


def _faults(
    source: Source, aim: Aim, original: Verdict, ask: Ask, settings: Settings, counts: Counter[str]
) -> Iterator[str]:
    """Convert a network, count what became of it, and yield what went wrong."""
    try:
        done = convert(source, Wish(aim, UPLINKS.get(aim)), None, settings)
    except ConvertError as error:
        counts["refused"] += 1
        yield f"not converted: {error}"
        return
    if not done.changes:
        counts["already"] += 1
        return
    counts["tried"] += 1
    verdict = ask(done.text.text)
    counts["accepted"] += verdict.define.ok
    if not verdict.define.ok:
        yield f"refused at define: {verdict.define.message}"
    counts["valid"] += gate.is_valid(parse(done.text)[0], None) or not gate.is_valid(parse(source)[0], None)
    if verdict.start is not None:
        # What keeps the original from starting, such as a firewalld that the host lacks, was not the question.
        same = original.start is not None and not original.start.ok and original.start.message == verdict.start.message
        counts["startable"] += not same
        counts["started"] += verdict.start.ok
        if not verdict.start.ok and not same:
            yield f"refused at start: {verdict.start.message}"
    for each in _new_errors(source, done.text, settings):
        counts["new errors"] += 1
        yield f"new error: {each}"
    for each in (_comments(source) - _comments(done.text)).elements():
        counts["comments lost"] += 1
        yield f"lost comment: {each!r}"
    if done.before.mode != "hostdev":
        counts["round trips"] += 1
        difference, is_same = _way_back(done)
        counts["equal"] += not difference
        counts["identical"] += is_same
        if difference:
            yield f"not equal after the way back: {difference}"


def _new_errors(before: Source, after: Source, settings: Settings) -> list[str]:
    was, now = (
        Counter(each.rule for each in lint([source], settings).findings if each.severity == "error")
        for source in (before, after)
    )
    return list((now - was).elements())


def _comments(source: Source) -> Counter[str]:
    return Counter(source.excerpt(each.span) for document in parse(source) for each in document.comments)


def _way_back(done: Converted) -> tuple[str, bool]:
    """Return what is not equal in meaning after the way back, and whether the two are the same in every element."""
    changes = conversion(done.after, _original(done.before))
    edits = [edit for change in changes for edit in change.edits]
    text = done.text.with_text(apply(done.text.text, with_leftovers(done.text.text, edits)))
    models = [each for each in read(text, None).models if isinstance(each, Network)]
    if len(models) != 1 or (models[0].mode, models[0].attachment) != (done.before.mode, done.before.attachment):
        return "another mode", False
    whole = _meaning(done.before, ()), _meaning(models[0], ())
    said = (*done.changes, *changes)
    one, other = _meaning(done.before, said), _meaning(models[0], said)
    return str([*(one - other), *(other - one)]) if one != other else "", whole[0] == whole[1]


def _original(network: Network) -> Target:
    """The target that gives a network its mode back."""
    assert network.mode is not None
    bridge = network.host_bridge.value if network.host_bridge else None
    nics = tuple(dict.fromkeys(place.value for place in network.lower_devices))
    return Target(network.mode, bridge=bridge, nics=nics)


def _meaning(network: Network, said: tuple[Change, ...]) -> Counter[tuple[object, ...]]:
    """The elements of a network with their attributes and texts, without the places of changes and what is in them.

    The mode is compared apart from it.
    """
    places = {each.place for each in said} | {"forward@mode"}
    found: Counter[tuple[object, ...]] = Counter()
    for node in network.node.descendants():
        names = [*(each.name for each in reversed(list(node.ancestors()))), node.name][1:]
        paths = {"/".join(names[: depth + 1]) for depth in range(len(names))}
        if paths & places:
            continue
        place = "/".join(names)
        kept = sorted((name, at.value) for name, at in node.attributes.items() if f"{place}@{name}" not in places)
        if place in ("forward", "forward/nat", "bridge") and not kept:
            continue
        found[place, tuple(kept), "" if node.children else node.text.strip()] += 1
    return found


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
