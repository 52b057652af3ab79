"""The time of all rules on the corpus as one project, compared with the time of parsing it.

usage: python -m benchmarks.rules CORPUS [--slowest]

Parsing is what a run without rules does: decoding, scanning, the tree, expat's verdict. The time of the rules is what a
run with all of them takes in addition, without the rules about schemas, which other benchmarks measure.
"""

import gc
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median

from benchmarks.manifest import Entry, entries
from vnetlint.engine.lint import lint
from vnetlint.engine.memory import Memory
from vnetlint.files.read import opened
from vnetlint.finding import Problem
from vnetlint.inputkey import FileKey
from vnetlint.rulebook.catalogue import Catalogue, builtin
from vnetlint.rulebook.rule import Check, Rule
from vnetlint.settings import Settings

RUNS = 7


def main(corpus: str, *options: str) -> int:
    """Print both times and their ratio, which is the figure."""
    files = entries(Path(corpus))
    rules = frozenset(name for name in builtin().select(["all"]) if not name.startswith("schema-"))
    if "--slowest" in options:
        return _slowest(files, Settings(rules=rules))
    # The first run includes what is loaded once.
    _time(files, Settings(rules=rules))
    parsing, judging = [], []
    for _ in range(RUNS):
        parsing.append(_time(files, Settings(rules=frozenset())))
        judging.append(_time(files, Settings(rules=rules)) - parsing[-1])
    print(f"{len(files)} files, {len(rules)} rules, median of {RUNS}: ", end="")
    print(f"parsing {median(parsing):.2f} s, rules {median(judging):.2f} s")
    print(f"rules ratio {median(one / other for one, other in zip(judging, parsing, strict=True)):.2f}")
    return 0


def _time(files: list[Entry], settings: Settings, memory: Memory | None = None) -> float:
    contents = [(each.name, each.path.read_bytes()) for each in files]
    gc.collect()
    gc.disable()
    start = time.process_time()
    lint([opened(FileKey(name), data) for name, data in contents], settings, memory=memory)
    spent = time.process_time() - start
    gc.enable()
    return spent


def _slowest(files: list[Entry], settings: Settings) -> int:
    """Print the slowest rules; the first rule that needs a table includes the time to build it."""
    spent: Counter[str] = Counter()
    calls: Counter[str] = Counter()

    def timed(rule: Rule, check: Check) -> Rule:
        def measured(*arguments: object) -> Iterator[Problem]:
            start = time.process_time()
            found = list(check(*arguments))
            spent[rule.name] += time.process_time() - start  # type: ignore[assignment]
            calls[rule.name] += 1
            return iter(found)

        return replace(rule, check=measured)

    catalogue = Catalogue(timed(rule, rule.check) if rule.check else rule for rule in builtin())
    _time(files, settings, Memory(catalogue=catalogue))
    spent.clear()
    calls.clear()
    _time(files, settings, Memory(catalogue=catalogue))
    for name, seconds in spent.most_common(40):
        print(f"{1000 * seconds:8.1f} ms {calls[name]:6} calls  {name}")
    print(f"{sum(calls.values())} calls, {sum(spent.values()):.2f} s in all")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
