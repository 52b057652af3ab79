"""Who reached whom in measured scenarios, compared with what the model says: verdict and sender of every pair."""

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.lab import PORT, files_of, inventory_of, refused_files
from vnetlint.host import Host
from vnetlint.inputkey import FileKey
from vnetlint.model import model_of
from vnetlint.project import Project
from vnetlint.reach import Answer, Endpoint, Outcome, Question, Reach
from vnetlint.reach.answer import IpVersion, Protocol
from vnetlint.reach.packet import number
from vnetlint.xml.source import Source
from vnetlint.xml.tree import parse

PROTOCOLS: tuple[Protocol, ...] = ("icmp", "tcp", "udp")


def judge(scenario: dict[str, Any], libvirt: dict[str, str], filters: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each pair of a scenario, and how the model differs from what was measured; empty if it does not."""
    reach = _model(scenario, libvirt, filters)
    for pair in scenario["pairs"]:
        measured = [protocol for protocol in PROTOCOLS if pair[protocol] is not None]
        answers = {protocol: reach.ask(_question(reach, pair, protocol)) for protocol in measured}
        wrong = [text for protocol, answer in answers.items() if (text := _difference(pair, protocol, answer, reach))]
        yield f"{pair['src']} → {pair['dst']} {pair['dst_addr']}", "; ".join(wrong)


def _model(scenario: dict[str, Any], libvirt: dict[str, str], filters: Mapping[str, str]) -> Reach:
    skipped = refused_files(scenario)
    texts = {path: text for path, text in files_of(scenario, filters).items() if path not in skipped}
    documents = [each for path, text in texts.items() for each in parse(Source(FileKey(path), text))]
    models = tuple(model for each in documents if (model := model_of(each)) is not None)
    return Reach(Project(models, Host.of(inventory_of(scenario, libvirt)), complete=True))


def _question(reach: Reach, pair: dict[str, Any], protocol: Protocol) -> Question:
    by_name: dict[str, Endpoint] = {each.name: each for each in reach.endpoints}
    target = "host" if pair["dst"].startswith("host(") else pair["dst"].split("@")[0]
    version: IpVersion = 4 if pair["family"] == 4 else 6
    return Question(by_name[pair["src"]], by_name[target], version, protocol, PORT, pair["dst_addr"])


def _difference(pair: dict[str, Any], protocol: Protocol, answer: Answer, reach: Reach) -> str:
    allowed = _measured(pair, protocol)
    outcomes = [case.outcome for case in answer.cases]
    fitting = [each for each in outcomes if each.verdict in allowed]
    if not fitting:
        return f"{protocol} {pair[protocol]}: {_words(answer)}"
    if fitting[0].verdict == "allowed" and not any(_is_source(pair, each, reach) for each in fitting):
        return f"{protocol} seen as {pair['source_seen']} {pair.get('source_addr')}: {_words(answer)}"
    return ""


def _words(answer: Answer) -> str:
    facts = "".join(f" if {fact.text}" for fact in answer.depends_on)
    why = "; ".join(reason.text for reason in answer.usual.reasons)
    return f"{answer.usual.verdict} from {answer.usual.source}{facts} ({why})"


def _measured(pair: dict[str, Any], protocol: Protocol) -> set[str]:
    """Return the verdicts that what was measured for a protocol can mean.

    Only UDP shows whether a packet without a reply arrived. A router without a route tells ICMP and TCP, not UDP.
    """
    result, echo = pair[protocol], pair["icmp"] or ""
    arrived = pair["udp_arrived_from"] is not None
    if result == "ok":
        return {"allowed"}
    if result == "noroute" or result.startswith(("unreach:3/0", "unreach:1/0")):
        return {"no-route"}
    if result == "timeout" and echo.startswith(("unreach:3/0", "unreach:1/0")):
        return {"no-route"}
    if result == "hostunreach" or result.startswith(("unreach:3/1@", "unreach:1/3@", "unreach:11/")):
        # The last router gets no answer from the receiver.
        return {"dropped"}
    if result in ("refused", "prohibited", "err:EPERM") or result.startswith("unreach:"):
        # A port without a listener for a moment refuses UDP too, while the other protocols pass.
        return {"rejected", "allowed"} if protocol == "udp" and echo == pair["tcp"] == "ok" else {"rejected"}
    if protocol != "udp":
        return {"dropped", "one-way"}
    return {"one-way"} if arrived else {"dropped"}


def _is_source(pair: dict[str, Any], outcome: Outcome, reach: Reach) -> bool:
    measured = pair.get("source_addr")
    if measured is None or outcome.source is None:
        return False
    if pair["source_seen"] == "own":
        station = reach.stations[pair["src"]]
        return outcome.source in reach.addresses(station.endpoint)
    first, _, last = outcome.source.partition("-")
    return number(first) <= number(measured) <= number(last or first)
