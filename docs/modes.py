"""Write the tables of docs/modes.md: what the model of reach answers for the network or interface of each section.

The network or interface of a table is the last XML block above it. The host is the TOML block of its section, else the
first of the page.

usage: python docs/modes.py
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
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
END = "<!-- end -->\n"

_TABLE = re.compile(f"(<!-- from the model: (.*) -->\n)(?s:.*?){END}")
_OVERVIEW = re.compile(f"(<!-- overview -->\n)(?s:.*?){END}")
_BLOCK = re.compile(r"^```(toml|xml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_GUESTS = ("guest", "other")


def current(page: str) -> str:
    """Return the page with the tables of now."""
    page = _TABLE.sub(lambda found: f"{found[1]}{table(page[: found.start()])}{END}", page)
    return _OVERVIEW.sub(lambda found: f"{found[1]}{overview(page)}{END}", page)


def overview(page: str) -> str:
    """Return the table of all modes."""
    found = [(each[2], answers(page[: each.start()])) for each in _TABLE.finditer(page)]
    ways = [what for what, _, _ in found[0][1] if "Internet" not in what]
    lines = [f"| mode | {' | '.join(ways)} |", "|---" * (len(ways) + 1) + "|"]
    for mode, asked in found:
        signs = {what: tuple(dict.fromkeys((_sign(ipv4), _sign(ipv6)))) for what, ipv4, ipv6 in asked}
        lines.append(f"| {mode} | {' | '.join(' / '.join(signs[what]) for what in ways)} |")
    return "\n".join(("", *lines, "", ""))


def _sign(answer: Answer) -> str:
    good = working(answer)
    if good is None:
        return "no"
    return "if" if answer.verdict is None else "NAT" if good.outcome.is_translated else "yes"


def table(above: str) -> str:
    """Return the table for the text above it."""
    notes: dict[str, int] = {}
    lines = ["| from → to | IPv4 | IPv6 |", "|---|---|---|"]
    lines += [f"| {what} | {cell(ipv4, notes)} | {cell(ipv6, notes)} |" for what, ipv4, ipv6 in answers(above)]
    told = [f"{number}. {text}" for text, number in notes.items()]
    return "\n".join(("", *lines, *(("", *told) if told else ()), "", ""))


def answers(above: str) -> list[tuple[str, Answer, Answer]]:
    """Return who reaches whom by IPv4 and IPv6, for the text above a table."""
    section = dict(_BLOCK.findall(above.rpartition("\n## ")[2]))
    told = section.get("toml") or next(text for kind, text in _BLOCK.findall(above) if kind == "toml")
    reach, guest, other = _world(Host.of(tomllib.loads(told)), section["xml"])
    asked = ((what, Question(source, target, 4, "tcp")) for what, source, target in _pairs(reach, guest, other))
    return [(what, reach.ask(each), reach.ask(replace(each, version=6))) for what, each in asked]


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
