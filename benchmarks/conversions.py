"""Every conversion of a corpus's networks that libvirt accepts: accepted and started by each version of libvirt.

Each network is converted to each mode of `vnetlint mode`, and back. The way back is equal in meaning if the network
has its mode again, and every element and attribute is as before except those that one of the two conversions said to
set, add or remove. A comment is lost if its text is nowhere in the file.

Needs root and the packages that .ci/run installs, for libvirtd in namespaces of its own.

usage: python -m benchmarks.conversions CORPUS [VERSION...]
"""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.networks import corpus_networks
from tests.conversions import comments_of, way_back
from tests.oracle.asking import Document, links_of
from tests.oracle.libvirtd import ROOTS, Bridge, Libvirtd, Nic, Verdict
from tests.oracle.libvirtd import Host as OracleHost
from vnetlint.engine.convert import ConvertError, convert
from vnetlint.engine.lint import lint
from vnetlint.host import Host
from vnetlint.inputkey import FileKey
from vnetlint.remedies.choose import AIMS, Aim, Wish
from vnetlint.schema import gate
from vnetlint.settings import Settings
from vnetlint.xml.source import Source
from vnetlint.xml.tree import parse

Ask = Callable[[str], Verdict]
"""Returns what libvirt says to a network."""

UPLINKS = {"bridged": "vnbr0", "macvtap": "vneth2"}
SHAPING = ("htb", "fw", "ingress", "police", "sfq")


def _host(networks: Sequence[Document], version: str) -> tuple[OracleHost, Settings]:
    """Return a host with the NICs and bridges that networks name, and the settings with its inventory.

    With them no file is wrong only because the host lacks what it names.
    """
    named, bridges = links_of(networks)
    nics = sorted({"eth0", "vneth1", "vneth2", *named})
    joined: dict[str, tuple[str, ...]] = {**dict.fromkeys(sorted(bridges - named), ()), "vnbr0": ("vneth1",)}
    addresses: dict[str, tuple[str, ...]] = {"eth0": ("192.168.50.10/24",)}
    machine = OracleHost(
        nics=tuple(Nic(name, addresses.get(name, ())) for name in nics),
        bridges=tuple(Bridge(name, ports=ports) for name, ports in joined.items()),
        traffic_control=SHAPING,
    )
    links: list[dict[str, object]] = [
        {"name": name, "kind": "nic", "addresses": addresses.get(name, ())} for name in nics
    ]
    links += [{"name": name, "kind": "bridge", "ports": ports} for name, ports in joined.items()]
    links += [{"name": "lo", "kind": "other", "addresses": ["127.0.0.1/8", "::1/128"]}]
    routes = [{"to": "default", "via": "192.168.50.1", "dev": "eth0"}]
    known = {"resolved": False, "firewalld_zones": [], "traffic_control": ["htb", "ingress", "sfq", "police"]}
    inventory = {"version": 1, "libvirt": f"{version}.0", "interfaces": links, "routes": routes, **known}
    return machine, Settings(host=Host.of(inventory))


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
    networks = corpus_networks(Path(corpus))
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


def _tallies(networks: list[Document], version: str) -> tuple[int, dict[Aim, Tally]]:
    machine, settings = _host(networks, version)
    tallies: dict[Aim, Tally] = {aim: Tally() for aim in AIMS}
    accepted = 0
    with Libvirtd(machine, ROOTS[version]) as daemon:
        said: dict[str, Verdict] = {}

        def ask(text: str) -> Verdict:
            if text not in said:
                said[text] = daemon.judge_network(text)
            return said[text]

        for network in networks:
            path, original = network.path, ask(network.text)
            if not original.define.ok:
                continue
            accepted += 1
            for aim, tally in tallies.items():
                for what in _faults(Source(FileKey(path), network.text), aim, original, ask, settings, tally.counts):
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
        same = original.start is not None and not original.start.ok and _reason(original) == _reason(verdict)
        counts["startable"] += not same
        counts["started"] += verdict.start.ok
        if not verdict.start.ok and not same:
            yield f"refused at start: {verdict.start.message}"
    for each in _new_errors(source, done.text, settings):
        counts["new errors"] += 1
        yield f"new error: {each}"
    for each in (comments_of(source) - comments_of(done.text)).elements():
        counts["comments lost"] += 1
        yield f"lost comment: {each!r}"
    if done.before.mode != "hostdev":
        counts["round trips"] += 1
        difference, is_same = way_back(done)
        counts["equal"] += not difference
        counts["identical"] += is_same
        if difference:
            yield f"not equal after the way back: {difference}"


def _reason(verdict: Verdict) -> str:
    """Return why a network does not start, without the name of its bridge, which is another one in another mode."""
    return re.sub(r"bridge \S+", "bridge", verdict.start.message if verdict.start else "")


def _new_errors(before: Source, after: Source, settings: Settings) -> list[str]:
    was, now = (
        Counter(each.rule for each in lint([source], settings).findings if each.severity == "error")
        for source in (before, after)
    )
    return list((now - was).elements())


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
