"""`vnetlint rule NAME` and `vnetlint rules`: what the rules say, for people and for programs."""

import json
from enum import StrEnum
from typing import Annotated, Any

import typer

from vnetlint.cli.streams import CLEAN, streams_of
from vnetlint.registry import Rule, all_rules, find


class ListFormat(StrEnum):
    """How to print: for a person, or as JSON."""

    text = "text"
    json = "json"


_Format = Annotated[ListFormat, typer.Option(help="For a person, or JSON.")]


def rule(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A rule's name or code.")],
    output_format: _Format = ListFormat.text,
) -> int:
    """Show a rule's page: what is wrong, why, an example, the remedy, and libvirt's own words."""
    found = find(name)
    if output_format is ListFormat.json:
        streams_of(context).out.write(json.dumps(_described(found), indent=2, ensure_ascii=False) + "\n")
    else:
        when = "never" if found.when == "never" else f"at {found.when}"
        head = f"{found.name} ({found.code})\n{found.severity}, libvirt complains {when}, since vnetlint {found.since}"
        streams_of(context).out.write(f"{head}\n\n{found.page.text}\n")
    return CLEAN


def rules(context: typer.Context, output_format: _Format = ListFormat.text) -> int:
    """List all rules."""
    out = streams_of(context).out
    if output_format is ListFormat.json:
        out.write(json.dumps([_described(each) for each in all_rules()], indent=2, ensure_ascii=False) + "\n")
        return CLEAN
    longest = max(len(each.name) for each in all_rules())
    for each in all_rules():
        out.write(f"{each.code}  {each.name:<{longest}}  {each.severity:<7}  {each.page.title}\n")
    return CLEAN


def _described(each: Rule) -> dict[str, Any]:
    page = each.page
    return {
        "name": each.name,
        "code": each.code,
        "family": each.family,
        "severity": each.severity,
        "when": each.when,
        "since": each.since,
        "covers": list(each.covers),
        "title": page.title,
        "page": page.text,
        "url": page.url,
    }
