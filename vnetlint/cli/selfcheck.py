"""`vnetlint self-check`: whether the installation works, and what a report of a bug needs."""

from dataclasses import asdict
from typing import Annotated

import typer

from vnetlint.cli.installation import facts, lines
from vnetlint.cli.probes import probes
from vnetlint.cli.streams import CLEAN, FAILED, streams_of
from vnetlint.report.content import plural
from vnetlint.report.display import clean
from vnetlint.report.text import to_json


def self_check(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Check this installation, and print what a report of a bug needs. Nothing private is in it.

    The exit code is 0 if everything works, and 2 if something does not.
    """
    streams, checked = streams_of(context), list(probes())
    faults = [each for each in checked if not each.works]
    if json:
        values = {"version": 1, "works": not faults, **facts(), "checks": [asdict(each) for each in checked]}
        streams.write(to_json(values))
        return FAILED if faults else CLEAN
    for line in lines():
        streams.write(clean(line) + "\n")
    streams.write("\n")
    for each in checked:
        streams.write(clean(f"{'ok    ' if each.works else 'BROKEN'} {each.name}: {each.found}") + "\n")
    streams.write(f"\n{plural(len(faults), 'fault')}\n" if faults else "\nEverything works.\n")
    return FAILED if faults else CLEAN
