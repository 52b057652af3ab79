"""How the work grows when one thing, or two together, are repeated: elements, files, entries of an inventory.

The work is the number of lines that Python runs in each function, so the figure is exact, whatever else the machine
does. Of three sizes, each twice the one before, the second difference is zero for work that grows with its input, and
six times the square of the smallest size for each line that runs for every pair. What repeats is in growth.toml. Loops
inside of libraries are not seen.

usage: python -m benchmarks.growth [--pairs] [--sample N] [--size N] [--only PATTERN] [--fix]
"""

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from types import CodeType, FrameType
from typing import Any, NamedTuple
from unittest.mock import patch

from benchmarks.growth_sites import Part, data, parts, site
from vnetlint.engine.fix import fix
from vnetlint.engine.lint import lint
from vnetlint.schema import repair
from vnetlint.settings import FixPolicy, Settings
from vnetlint.xml.source import Source

MOST_FOR_A_PAIR = 0.3
"""How many lines may run for each pair of repeated things: what sorting and balanced trees need is below it."""
_OURS = re.compile(r"/(vnetlint|rules|schemas)/")


_Trace = Callable[[FrameType, str, object], Any]


def steps(of: Callable[[], object]) -> Counter[CodeType]:
    """Return the number of lines that run in each function of ours."""
    counts: dict[int, tuple[CodeType, list[int], _Trace]] = {}

    def counter(code: CodeType) -> _Trace | None:
        if not _OURS.search(code.co_filename):
            return None
        runs = [0]

        def line(_frame: FrameType, _event: str, _argument: object) -> None:
            runs[0] += 1

        counts[id(code)] = code, runs, line
        return line

    def call(frame: FrameType, _event: str, _argument: object) -> "_Trace | None":
        code = frame.f_code
        known = counts.get(id(code))
        return known[2] if known else counter(code)

    sys.settrace(call)
    try:
        of()
    finally:
        sys.settrace(None)
    return Counter({code: runs[0] for code, runs, _ in counts.values()})


class Excess(NamedTuple):
    """A function that runs lines for every pair."""

    function: str
    for_a_pair: float


def excesses(chosen: Sequence[Part], size: int, *, fixing: bool = False) -> list[Excess]:
    """Return the functions whose work grows faster than the number of copies, the worst first.

    What looks like it at three small sizes is looked at again at larger ones: where a bound ends the growth, or a table
    is only made for many, it is none.
    """
    found = _at(chosen, size, fixing=fixing)
    for factor in AGAIN if found else ():
        again = _at(chosen, factor * size, fixing=fixing)
        found = {code: beyond for code, beyond in again.items() if code in found}
    return sorted((Excess(_name(code), beyond) for code, beyond in found.items()), key=lambda each: -each.for_a_pair)


AGAIN = (4, 8)
"""How much larger the sizes are at which growth is looked at again."""
_OTHER = 200
"""The number of the first copy of a run that only fills caches."""


def _at(chosen: Sequence[Part], size: int, *, fixing: bool) -> dict[CodeType, float]:
    """Return the lines for each pair, by function, if these are too many."""
    work(*site(chosen, size, _OTHER), fixing=fixing)
    sites = [site(chosen, size * factor) for factor in (1, 2, 4)]
    one, two, four = (steps(lambda each=each: work(*each, fixing=fixing)) for each in sites)  # type: ignore[misc]
    found = {}
    for code in four:
        beyond = (four[code] - 3 * two[code] + 2 * one[code]) / (6 * size * size)
        if beyond > MOST_FOR_A_PAIR and four[code] > 2.4 * two[code]:
            found[code] = beyond
    return found


def _name(code: CodeType) -> str:
    return f"{_OURS.split(code.co_filename, maxsplit=1)[-1]}:{code.co_firstlineno} {code.co_qualname}"


def work(sources: list[Source], settings: Settings, *, fixing: bool = False) -> None:
    """Lint or fix a site, without trials of fixes, which have a bound that only large documents reach."""
    with patch.object(repair, "WORK", 0):
        _work(sources, settings, fixing=fixing)


def _work(sources: list[Source], settings: Settings, *, fixing: bool) -> None:
    if fixing:
        fix(sources, replace(settings, fixing=FixPolicy(unsafe=True, threshold="info")))
    else:
        lint(sources, settings)


def pairs(every: Sequence[Part]) -> Iterator[tuple[Part, ...]]:
    """Yield the pairs that one document, or one site, can have."""
    bases = {"files", "chain", "folders", "host", "config"}
    apart = data()["apart"]
    for one, other in combinations(every, 2):
        if one.alike != other.alike or any(re.search(key, f"{one} + {other}") for key in apart):
            continue
        if one.base == other.base or bases & {one.base, other.base}:
            yield one, other


def main() -> int:
    """Print each function that does more for every pair, and how many things have one."""
    parser = argparse.ArgumentParser(description="Find work that grows faster than its input.")
    parser.add_argument("--pairs", action="store_true", help="repeat two things together")
    parser.add_argument("--size", type=int, default=12, help="the smallest of the three sizes")
    parser.add_argument("--only", default="", help="only what matches this pattern")
    parser.add_argument("--fix", action="store_true", help="fix instead of lint")
    parser.add_argument("--sample", type=int, help="so many pairs, drawn at random")
    options = parser.parse_args()
    every = [each for each in parts() if re.search(options.only, str(each))]
    chosen: list[tuple[Part, ...]] = list(pairs(every)) if options.pairs else [(each,) for each in every]
    if options.sample:
        chosen = random.Random(1).sample(chosen, min(options.sample, len(chosen)))
    _at(chosen[0], 2, fixing=options.fix)
    growing = 0
    worst: Counter[str] = Counter()
    for each in chosen:
        found = excesses(each, options.size, fixing=options.fix)
        growing += bool(found)
        if found:
            print(" + ".join(map(str, each)))
        for excess in found[:8]:
            print(f"    {excess.for_a_pair:7.2f} {excess.function}", flush=True)
            worst[excess.function] += 1
    for function, times in worst.most_common(40):
        print(f"{times:5} × {function}")
    print(f"tried {len(chosen)}, growing {growing}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
