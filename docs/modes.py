"""Write the tables of docs/modes.md: what the model of reach answers for the network or interface of each section.

The network or interface of a table is the last XML block above it. The host is the TOML block of its section, else the
first of the page.

usage: python docs/modes.py
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from vnetlint.host import Host
from vnetlint.inputkey import FileKey
from vnetlint.model import Domain, Network
from vnetlint.project import Project
from vnetlint.reach import Answer, Endpoint, Question, Reach
from vnetlint.reach.words import VERDICTS, conditions, working
from vnetlint.xml.source import Source
from vnetlint.xml.tree import parse

PAGE = Path(__file__).parent / "modes.md"
MARKS = ("<!-- from the model -->\n", "<!-- end -->\n")

_TABLE = re.compile(f"{MARKS[0]}.*?{MARKS[1]}", re.DOTALL)
_BLOCK = re.compile(r"^```(toml|xml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_GUESTS = ("guest", "other")


def current(page: str) -> str:
    """Return the page with the tables of now."""
    return _TABLE.sub(lambda found: f"{MARKS[0]}{table(page[: found.start()])}{MARKS[1]}", page)


def table(above: str) -> str:
    """Return the table for the text above it."""
    section = dict(_BLOCK.findall(above.rpartition("\n## ")[2]))
    told = section.get("toml") or next(text for kind, text in _BLOCK.findall(above) if kind == "toml")
    reach, guest, other = _world(Host.of(tomllib.loads(told)), section["xml"])
    notes: dict[str, int] = {}
    lines = ["| from → to | IPv4 | IPv6 |", "|---|---|---|"]
    for what, source, target in _pairs(reach, guest, other):
        cells = (cell(reach.ask(Question(source, target, version, "tcp")), notes) for version in (4, 6))
        lines.append(f"| {what} | {' | '.join(cells)} |")
    told = [f"{number}. {text}" for text, number in notes.items()]
    return "\n".join(("", *lines, *(("", *told) if told else ()), "", ""))


def cell(answer: Answer, notes: dict[str, int]) -> str:
    """Return an answer in few words; its conditions go to the notes."""
    good = working(answer)
    lost = dict.fromkeys(VERDICTS[each.outcome.verdict] for each in answer.cases if each.outcome.verdict != "allowed")
    if good is None:
        return f"no: {' or '.join(lost)}"
    words = f"yes, as {good.outcome.source}" if good.outcome.is_translated else "yes"
    if not lost:
        return words
    number = notes.setdefault(f"{conditions(good.assumed)}; otherwise {' or '.join(lost)}", len(notes) + 1)
    return f"{words} ({number})"


def _world(host: Host, text: str) -> tuple[Reach, Endpoint, Endpoint]:
    root = parse(Source(FileKey("modes.xml"), text))[0].root
    if root.name == "network":
        network = Network(root)
        reach = Reach(Project((network,), host, complete=True), probes=True)
        return reach, reach.guest_of(network), reach.guest_of(network, other=True)
    reach = Reach(Project(tuple(_domain(name, text) for name in _GUESTS), host, complete=True))
    guest, other = (reach.stations[name].endpoint for name in _GUESTS)
    return reach, guest, other


def _domain(name: str, interface: str) -> Domain:
    text = f"<domain type='kvm'><name>{name}</name><devices>{interface}</devices></domain>"
    return Domain(parse(Source(FileKey(f"{name}.xml"), text))[0].root)


def _pairs(reach: Reach, guest: Endpoint, other: Endpoint) -> Iterator[tuple[str, Endpoint, Endpoint]]:
    host, lan, internet = (reach.stations[name].endpoint for name in ("host", "printer", "server"))
    yield "guest → guest", guest, other
    yield "guest → host", guest, host
    yield "host → guest", host, guest
    yield "guest → LAN", guest, lan
    yield "LAN → guest", lan, guest
    yield "guest → Internet", guest, internet
    yield "Internet → guest", internet, guest


def main() -> int:
    """Write the page."""
    PAGE.write_text(current(PAGE.read_text("utf-8")), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
