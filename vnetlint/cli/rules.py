"""`vnetlint rule NAME` and `vnetlint rules`: the pages of the rules, as text or JSON."""

from collections.abc import Sequence
from dataclasses import fields
from enum import StrEnum
from typing import Annotated, Any

import typer

from vnetlint.cli.streams import CLEAN, FINDINGS, CommandError, Streams, streams_of
from vnetlint.report.display import clean
from vnetlint.report.text import to_json
from vnetlint.rulebook.catalogue import Catalogue, UnknownRuleError
from vnetlint.rulebook.info import MOMENTS
from vnetlint.rulebook.messages import rules_about
from vnetlint.rulebook.plugins import installed
from vnetlint.rulebook.rule import Rule


class ListFormat(StrEnum):
    """The format of a command's output."""

    text = "text"
    json = "json"


_Policies = Annotated[
    list[str] | None,
    typer.Option(metavar="FILE", help="Also the rules of this policy: a file, or a name such as hardening."),
]
_Format = Annotated[ListFormat, typer.Option(help="The format of the output.")]


def rule(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="A rule's name or code.")] = None,
    policy: _Policies = None,
    message: Annotated[str | None, typer.Option(help="Find the rules about this message of libvirt.")] = None,
    output_format: _Format = ListFormat.text,
    no_pager: Annotated[
        bool, typer.Option("--no-pager", help="Show a long page without $VNETLINT_PAGER, $PAGER or less.")
    ] = False,
) -> int:
    """Show a rule's page: what is wrong, why it matters, what to do, examples, and libvirt's message."""
    if (name is None) == (message is None):
        raise CommandError("expected either the name of a rule or --message with a message of libvirt")
    if message is not None:
        return _show_rules(rules_about(message, installed()), message, output_format, streams_of(context))
    found = _find(name or "", policy or ())
    if output_format is ListFormat.json:
        streams_of(context).write(to_json(_described(found)))
    else:
        never = found.when == "never"
        reported = "libvirt does not report it" if never else f"libvirt reports it {MOMENTS[found.when]}"
        since = f", since {'version' if found.package else 'vnetlint'} {found.since}" if found.since else ""
        since += f", of the package {clean(found.package)}" if found.package else ""
        since += "" if found.since else f", of the policy {found.family}"
        streams, about = streams_of(context), f"{found.severity}, {reported}{since}"
        if streams.out.isatty():
            from vnetlint.cli.pages import show_page

            show_page(f"# {found.name} ({found.code})\n\n{about}\n\n{found.full_text}", streams, pager=not no_pager)
        else:
            streams.write(f"{found.name} ({found.code})\n{about}\n\n{found.full_text}")
    return CLEAN


def rules(context: typer.Context, policy: _Policies = None, output_format: _Format = ListFormat.text) -> int:
    """List all rules, also those of the policies of this folder's configuration."""
    streams, catalogue = streams_of(context), _catalogue(policy or ())
    if output_format is ListFormat.json:
        streams.write(to_json([_described(each) for each in catalogue]))
        return CLEAN
    streams.write(_table(catalogue.rules))
    return CLEAN


def _find(name: str, policies: Sequence[str]) -> Rule:
    """Return a rule: one of vnetlint or of a plugin, for which no configuration is read, or of a policy."""
    try:
        return installed().find(name)
    except UnknownRuleError:
        return _catalogue(policies).find(name)


def _catalogue(policies: Sequence[str]) -> Catalogue:
    """Return the rules of vnetlint, of policies, and of those that the configuration of this folder names."""
    from vnetlint.config.plan import RunPlanner
    from vnetlint.config.runoptions import RunOptions

    return RunPlanner(RunOptions(policies=tuple(policies))).catalogue_here()


def _table(chosen: Sequence[Rule]) -> str:
    longest = max(len(each.name) for each in chosen)
    codes = max(len(each.code) for each in chosen)
    return "".join(
        f"{each.code:<{codes}}  {each.name:<{longest}}  {each.severity:<7}  {each.page.title}{_origin(each)}\n"
        for each in chosen
    )


def _origin(each: Rule) -> str:
    return f" ({clean(each.package)})" if each.package else ""


def _show_rules(found: Sequence[Rule], message: str, output_format: ListFormat, streams: Streams) -> int:
    if not found:
        streams.note(f"no rule is about the message '{clean(message)}'; it may have nothing to do with the network")
        return FINDINGS
    if output_format is ListFormat.json:
        streams.write(to_json([_described(each) for each in found]))
    else:
        streams.write(_table(found))
    return CLEAN


def _described(each: Rule) -> dict[str, Any]:
    page = each.page
    return {
        "name": each.name,
        "code": each.code,
        "family": each.family,
        "package": each.package or None,
        "severity": each.severity,
        "when": each.when,
        "since": each.since,
        "profile": each.profile,
        "options": _options(each),
        "title": page.title,
        "page": page.text,
        "url": each.url,
    }


def _options(each: Rule) -> list[dict[str, Any]]:
    descriptions = each.page.options
    return [
        {"name": option.name, "default": option.default, "description": descriptions[option.name]}
        for option in (fields(each.options) if each.options else ())
    ]
