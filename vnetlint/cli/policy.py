"""`vnetlint policy`: run the examples of policies, and list those that vnetlint has."""

from typing import Annotated

import typer

from vnetlint.cli.streams import CLEAN, FINDINGS, CommandError, streams_of
from vnetlint.report.content import plural
from vnetlint.report.display import clean
from vnetlint.report.text import to_json
from vnetlint.validation import suggestion

app = typer.Typer(
    help="Test a site's own rules, and list those of vnetlint.", rich_markup_mode=None, add_completion=False
)


@app.command()
def test(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Policies: files, or names such as hardening.")],
) -> int:
    """Run the examples of policies: bad ones must have a finding, good ones none, and fixes must do what they say."""
    from vnetlint.engine.examples import count, faults
    from vnetlint.policy.load import rules_of
    from vnetlint.policy.packs import policy_source

    streams, failed = streams_of(context), False
    sources = [policy_source(each) for each in files]
    for source in sources:
        rules = rules_of(source)
        found = list(faults(source))
        for each in found:
            streams.write(clean(f"{each.place}: {each.message}") + "\n")
        failed |= bool(found)
        if not found:
            examples = plural(count(source), "example")
            streams.note(f"{clean(source.path)}: {plural(len(rules), 'rule')}, {examples}, as expected")
    return FINDINGS if failed else CLEAN


@app.command()
def names(
    context: typer.Context,
    kind: Annotated[str | None, typer.Argument(help="A kind of element, such as interface.")] = None,
) -> int:
    """List the kinds of elements that a policy can select, and the names of the model that selectors use."""
    from vnetlint.policy.vocabulary import ALIASES, ELEMENT, SUBJECTS

    subjects = {**SUBJECTS, "element": ELEMENT}
    chosen = ALIASES.get(kind, kind) if kind is not None else None
    if chosen is not None and chosen not in subjects:
        raise CommandError(f"unknown kind of element '{clean(chosen)}'{suggestion(chosen, list(subjects))}")
    streams = streams_of(context)
    for name in subjects if chosen is None else (chosen,):
        subject = subjects[name]
        listed = {each: one.words for each, one in subject.values.items()}
        # A dot shows that more names follow: `network.mode`.
        listed |= {f"{each}.": one.words for each, one in subject.relations.items()}
        streams.write(f"{name}: {subject.words}\n")
        width = max(map(len, listed))
        for each, words in listed.items():
            streams.write(f"  {each:<{width}} {words}\n")
    return CLEAN


@app.command()
def schema(context: typer.Context) -> int:
    """Print the JSON schema of a policy file, for editors that complete and check it."""
    from vnetlint.policy.table import json_schema

    streams_of(context).write(to_json(json_schema()))
    return CLEAN


@app.command("list")
def list_(context: typer.Context) -> int:
    """List the policies that vnetlint has, with their rules."""
    from vnetlint.policy.load import rules_of
    from vnetlint.policy.packs import packs, policy_source

    streams = streams_of(context)
    for name in packs():
        streams.write(f"{name}\n")
        for each in rules_of(policy_source(name)):
            streams.write(f"  {each.code}  {each.name}  {each.page.title}\n")
    return CLEAN
