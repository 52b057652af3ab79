"""Networks with an error that an edit fixes: the first fix of each leaves no error, and libvirtd starts them.

If the fix is a choice, it is chosen as with `--choose RULE`.

Needs root and the packages that .ci/run installs, for libvirtd in namespaces of its own.

usage: python -m benchmarks.fixed_networks CORPUS
"""

import sys
from dataclasses import replace
from pathlib import Path

from benchmarks.manifest import Entry, entries
from benchmarks.refused import BARE_HOST
from tests.oracle.libvirtd import Libvirtd
from vnetlint.engine.fix import fix
from vnetlint.engine.lint import lint
from vnetlint.finding import Finding
from vnetlint.host import Host, Inventory
from vnetlint.result import FixResult
from vnetlint.settings import FixPolicy, Settings
from vnetlint.xml.source import Source

_HOST_LACKS = "is not an SR-IOV Virtual Function"
"""An error of libvirtd here that a host with the device would not have."""


def main(corpus: str) -> int:
    """Print each network that is not well afterwards, and the figures."""
    host = Host.of({key: value for key, value in BARE_HOST.items() if key in Inventory.model_fields})
    settings = Settings(host=host, fixing=FixPolicy(unsafe=True))
    fixed = well = slowest = 0
    with Libvirtd() as libvirtd:
        for entry in entries(Path(corpus)):
            source = entry.open()
            if entry.root != "network" or not isinstance(source, Source) or not _has_fixable_error(source, settings):
                continue
            outcome = _fixed(source, settings)
            slowest = max(slowest, outcome.rounds)
            reason = _left(outcome) or _refused(entry, outcome, source, libvirtd)
            fixed += 1
            well += not reason
            if reason:
                print(f"{entry.name}: {reason}")
    print(f"fixed {fixed}, well {well}, slowest rounds {slowest}")
    return 0


def _fixed(source: Source, settings: Settings) -> FixResult:
    choices: dict[str, int] = {}
    while True:
        outcome = fix([source], replace(settings, fixing=replace(settings.fixing, choices=choices)))
        left = {each.rule for each in outcome.result.findings if _is_fixable(each)} - choices.keys()
        if not left:
            return outcome
        choices = {**choices, **dict.fromkeys(left, 1)}


def _has_fixable_error(source: Source, settings: Settings) -> bool:
    findings = lint([source], settings).findings
    return any(_is_fixable(each) for each in findings)


def _is_fixable(finding: Finding) -> bool:
    return finding.severity == "error" and bool(finding.fixes) and finding.fixes[0].safety != "display"


def _left(outcome: FixResult) -> str:
    left = [each.rule for each in outcome.result.findings if _is_fixable(each) or each.rule == "internal-error"]
    return f"left: {', '.join(left)}" if left else ""


def _refused(entry: Entry, outcome: FixResult, source: Source, libvirtd: Libvirtd) -> str:
    """Return why libvirtd refuses the fixed text; it must start unless something is left to do by hand."""
    text = outcome.changed[0].after.text if outcome.changed else source.text
    verdict = libvirtd.judge_network(text)
    if not verdict.define.ok and _HOST_LACKS not in verdict.define.message:
        return f"refused at define: {verdict.define.message}"
    by_hand = any(each.severity == "error" and each.when == "start" for each in outcome.result.findings)
    if verdict.start is not None and not verdict.start.ok and not by_hand:
        return f"refused at start: {verdict.start.message}"
    return ""


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
