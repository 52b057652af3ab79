"""Findings about a fleet: those that its hosts found in their own files, and those that only several hosts show."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple

from vnetlint.cache.codec import finding_of
from vnetlint.finding import SEVERITIES, Finding, Fix, Problem, Related, Severity, Span
from vnetlint.fleet import questions
from vnetlint.fleet.gather import without_edits
from vnetlint.fleet.read import FleetFacts
from vnetlint.inputkey import FactsKey
from vnetlint.result import Result, order
from vnetlint.rulebook.catalogue import Catalogue
from vnetlint.rulebook.info import RuleInfo

MOST = 100_000
"""The most findings that are reported, the most severe first. More would fill the memory, and nobody reads them."""
_NAMED = 5
"""The most hosts that are named, of those that share a file in which all of them find the same."""

_JUDGES = "SELECT DISTINCT detail FROM facts WHERE kind = 'host' AND detail IS NOT NULL ORDER BY detail LIMIT 100"


class FleetResult(NamedTuple):
    """What is found in a fleet."""

    result: Result
    hosts: int
    guests: int
    left_out: int
    """How many findings of hosts are not in the result, because there are too many."""
    judges: tuple[str, ...]
    """What judged the hosts: each a version of vnetlint and a hash of its rules."""


class FleetRequest(NamedTuple):
    """Which findings are asked for."""

    catalogue: Catalogue
    names: frozenset[str]
    """The rules across hosts that are asked, by name."""
    shows: Callable[[str], bool] = lambda name: True
    """Whether a finding of a host is shown, by its rule."""
    configured: Callable[[Finding], Finding] = lambda finding: finding
    least: Severity = "info"
    """The lowest severity that is shown."""


def judged(facts: FleetFacts, asked: FleetRequest) -> FleetResult:
    """Return what is found in a fleet."""
    keys: dict[str, FactsKey] = {}
    across = [each for each in _across(facts, asked, keys) if _is_shown(each, asked.least)]
    of_hosts = _of_hosts(facts, asked, keys)
    kept = list(islice(of_hosts, MOST))
    findings = sorted(dict.fromkeys((*kept, *across)), key=order)
    rules = {each.rule: _info(each, asked.catalogue) for each in findings}
    used = {path for each in findings for path in (each.path, *(one.path for one in each.related))}
    result = Result(
        findings=tuple(findings),
        sources=facts.sources(key for path, key in keys.items() if path in used),
        unreadable=(),
        foreign={},
        rules=dict(sorted(rules.items())),
    )
    return FleetResult(
        result,
        facts.count("SELECT COUNT(DISTINCT host) FROM facts WHERE kind = 'host'"),
        facts.count("SELECT COUNT(*) FROM (SELECT DISTINCT host, name FROM facts WHERE kind IN ('nic', 'use'))"),
        sum(1 for _ in of_hosts),
        tuple(str(row[0]) for row in facts.ask(_JUDGES)),
    )


def _is_shown(finding: Finding, least: Severity) -> bool:
    return SEVERITIES.index(finding.severity) <= SEVERITIES.index(least)


def _info(finding: Finding, catalogue: Catalogue) -> RuleInfo:
    """Return the rule of a finding. One that only the host knew, of a policy or plugin, has no page here."""
    if finding.rule in catalogue:
        return catalogue[finding.rule].info
    return RuleInfo(finding.rule, finding.code, "policy", finding.severity, finding.when, "", "")


def _of_hosts(facts: FleetFacts, asked: FleetRequest, keys: dict[str, FactsKey]) -> Iterator[Finding]:
    """Yield what the hosts found in their own files, the most severe first."""
    severe = " ".join(f"WHEN '{each}' THEN {rank}" for rank, each in enumerate(SEVERITIES))
    # What one file of facts says alike of a path on several hosts is about one file, which these share.
    rows = facts.ask(
        f"SELECT list_sort(list(DISTINCT host))[:{_NAMED + 1}], COUNT(DISTINCT host), path, span_start, span_end, name,"
        " detail FROM facts WHERE kind = 'finding' GROUP BY filename, path, span_start, span_end, name, mode, detail"
        f" ORDER BY CASE mode {severe} ELSE 9 END, MIN(host), path, span_start, name, detail"
    )
    for (host, *others), count, path, start, end, name, detail in rows:
        if not asked.shows(name or ""):
            continue
        try:
            finding = finding_of(json.loads(detail or ""))
        except (ValueError, RecursionError):
            # Whoever wrote the facts did not mean a finding by it.
            continue
        if finding.rule == name and (start, end) == finding.span:
            placed = asked.configured(_placed(finding, FactsKey(host, path), keys))
            if _is_shown(placed, asked.least):
                yield replace(placed, related=(*placed.related, *_shared(placed, others, count - 1, path, keys)))


def _shared(
    finding: Finding, others: Sequence[str], count: int, path: str, keys: dict[str, FactsKey]
) -> Iterator[Related]:
    """Yield the other hosts that share the file of a finding, on which the same is found: the first of them by name."""
    for number, host in enumerate(others, 1):
        key = FactsKey(host, path)
        more = f", and {count - number} more" if number == len(others) < count else ""
        yield Related(f"host '{host}' has this file too{more}", keys.setdefault(key.display, key).display, finding.span)


def _placed(finding: Finding, key: FactsKey, keys: dict[str, FactsKey]) -> Finding:
    """Return a finding of a host with the paths that the report of a fleet has."""

    def path(on_host: str) -> str:
        found = FactsKey(key.on, on_host)
        keys[found.display] = found
        return found.display

    related = tuple(Related(each.message, path(each.path), each.span) for each in finding.related)
    return without_edits(replace(finding, path=path(key.path), related=related))


def _across(facts: FleetFacts, asked: FleetRequest, keys: dict[str, FactsKey]) -> Iterator[Finding]:
    for name, ask in QUESTIONS.items():
        if name in asked.names:
            for problem in ask(facts, _Places(keys)):
                yield asked.configured(asked.catalogue[name].finding(problem))


class _Places:
    """The places of problems, whose files are looked up afterwards."""

    def __init__(self, keys: dict[str, FactsKey]) -> None:
        self._keys = keys

    def path(self, host: str, path: str) -> str:
        """Return a file as reports print it."""
        key = FactsKey(host, path)
        return self._keys.setdefault(key.display, key).display

    def problem(
        self, at: tuple[Any, ...], message: str, fix: str, *also: Related, severity: Severity | None
    ) -> Problem:
        """Return a problem at a host, path, start, end and element."""
        host, path, start, end, element = at
        shown = Fix(fix, (), "display")
        span = Span(start, end)
        return Problem(self.path(host, path), span, element or "", message, (shown,), also, severity=severity)

    def related(self, at: tuple[Any, ...], message: str) -> Related:
        """Return another place: a host, path, start and end."""
        host, path, start, end = at
        return Related(message, self.path(host, path), Span(start, end))


def _macs(facts: FleetFacts, places: _Places) -> Iterator[Problem]:
    for row in facts.ask(questions.MACS):
        mac, lan, guest = row[9:]
        owner = f"guest '{guest}'" if guest else "a guest"
        yield places.problem(
            row[:5],
            f"MAC address {mac} is already used by {owner} of host '{row[5]}' on LAN '{lan}'",
            "Give one of the guests another MAC address",
            places.related(row[5:9], "it is used here"),
            severity=None,
        )


def _subnets(facts: FleetFacts, places: _Places) -> Iterator[Problem]:
    for row in facts.ask(questions.SUBNETS):
        network, other, router, ours, theirs = row[9:]
        relation = "is already used by" if ours == theirs else f"is within {theirs} of"
        yield places.problem(
            row[:5],
            f"subnet {ours} {relation} network '{other}' of host '{row[5]}', also behind {router}",
            "Give one of the networks another subnet",
            places.related(row[5:9], f"the subnet of host '{row[5]}'"),
            severity="info" if network == other else None,
        )


def _missing(question: str, what: str) -> "Callable[[FleetFacts, _Places], Iterator[Problem]]":
    def ask(facts: FleetFacts, places: _Places) -> Iterator[Problem]:
        for row in facts.ask(question):
            host, named, guests, hosts, group, complete = row[5:]
            who = "a guest" if guests == 1 else f"{guests} guests"
            where = f"host '{row[0]}'" if hosts == 1 else f"{hosts} hosts"
            at = f"host '{host}' of group '{group}'"
            yield places.problem(
                row[:5],
                f"{what} '{named}' is missing on {at}, and {who} of {where} may migrate there",
                f"Define {what} '{named}' on host '{host}'",
                severity=None if complete or what != "network" else "info",
            )

    return ask


def _differing(facts: FleetFacts, places: _Places) -> Iterator[Problem]:
    for row in facts.ask(questions.differences()):
        name, what, value, usual, hosts, total, group = row[9:]
        yield places.problem(
            row[:5],
            f"network '{name}' has {_said(what, value)}, but {_said(what, usual)} on {hosts} of {int(total)} hosts"
            f" of group '{group}'",
            f"Make the {what} of network '{name}' the same on all hosts of group '{group}'",
            places.related(row[5:9], f"it has {_said(what, usual)} here"),
            severity="info" if what == "bridge" else None,
        )


def _said(what: str, value: str) -> str:
    return f"{what} {value}" if value else f"no {what}"


QUESTIONS: Mapping[str, Callable[[FleetFacts, _Places], Iterable[Problem]]] = {
    "mac-on-one-lan-twice": _macs,
    "fleet-subnet-overlap": _subnets,
    "migration-network-missing": _missing(questions.MISSING_NETWORKS, "network"),
    "migration-device-missing": _missing(questions.MISSING_DEVICES, "device"),
    "migration-network-differs": _differing,
}
"""The rules across hosts, and what finds their problems."""
