"""The answers of `vnetlint reach` as JSON, version 1."""

from collections.abc import Iterable
from typing import Any

from vnetlint.reach import Reach
from vnetlint.reach.answer import Answer, Endpoint, Outcome, Reason
from vnetlint.reach.matrix import Cell
from vnetlint.report.text import to_json


def as_json(reach: Reach, found: Iterable[Cell], port: int | None) -> str:
    """Return who reaches whom. A pair of groups holds for all members of them."""
    return to_json({
        "version": 1,
        "endpoints": [_endpoint(reach, each) for each in reach.endpoints],
        "groups": [{"name": each.name, "members": [one.name for one in each.members]} for each in reach.groups],
        "pairs": [_pair(cell, answer, port) for cell in found for answer in cell.answers],
    })  # fmt: skip


def _endpoint(reach: Reach, endpoint: Endpoint) -> dict[str, Any]:
    return {"name": endpoint.name, "kind": endpoint.kind, "addresses": list(reach.addresses(endpoint))}


def _pair(cell: Cell, answer: Answer, port: int | None) -> dict[str, Any]:
    return {
        "from": cell.source.name,
        "to": cell.target.name,
        "address": answer.address,
        "family": f"ipv{cell.version}",
        "protocol": answer.question.protocol,
        **({"port": port} if port is not None else {}),
        **_outcome(answer),
    }


def _outcome(answer: Answer) -> dict[str, Any]:
    usual = answer.usual
    cases = [{"if": {fact.key: value for fact, value in case.assumed}, **_case(case.outcome)} for case in answer.cases]
    return {
        **_case(usual),
        "verdict": answer.verdict or "unknown",
        "depends_on": [{"fact": each.key, "text": each.text} for each in answer.depends_on],
        **({"cases": cases} if len(cases) > 1 else {}),
    }


def _case(outcome: Outcome) -> dict[str, Any]:
    return {
        "verdict": outcome.verdict,
        "source_seen": outcome.source,
        "translated": outcome.is_translated,
        "because": [_reason(each) for each in outcome.reasons],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    node = reason.node
    if node is None:
        return {"text": reason.text, "path": None, "element": None}
    place = node.document.source.lines.position(node.start)
    return {
        "text": reason.text,
        "path": node.document.source.path,
        "line": place.line,
        "element": node.path,
    }
