"""What filters need and do is the same as without the tables that they share, and takes no longer for sharing them."""

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.growth import steps
from vnetlint.engine.lint import lint
from vnetlint.inputkey import FileKey
from vnetlint.model.filterchains import FrameRule, Heading, _frames_of, frames_together
from vnetlint.model.filterneeds import Kinds, Needs, merged
from vnetlint.settings import Settings
from vnetlint.xml.source import Source

NAMES = st.sampled_from("ABCDEFGH")
KINDS: st.SearchStrategy[Kinds] = st.frozensets(st.sampled_from(("ipv4", "mac", "port")), min_size=1)
OWN = st.dictionaries(NAMES, KINDS, max_size=4)
INCLUDES = st.lists(st.tuples(st.integers(0, 30), st.frozensets(NAMES, max_size=3)), max_size=3)


@given(st.lists(st.tuples(INCLUDES, OWN), min_size=1, max_size=30))
def test_filters_need_what_a_table_for_each_of_them_would_say(
    filters: list[tuple[list[tuple[int, frozenset[str]]], dict[str, Kinds]]],
) -> None:
    shared: list[Needs] = []
    plain: list[dict[str, Kinds]] = []
    for includes, own in filters:
        known = [(number % len(shared), values) for number, values in includes if shared]
        shared.append(merged([(shared[number], values) for number, values in known], own))
        table = dict(own)
        for number, values in known:
            for name, kinds in plain[number].items():
                if name not in values:
                    table[name] = table.get(name, frozenset()) | kinds
        plain.append(table)
    for one, other in zip(shared, plain, strict=True):
        assert dict(one) == other
        assert len(one) == len(other)
        assert {name for name in "ABCDEFGH" if name in one} == other.keys()


# -- the ends of chains --------------------------------------------------------------------------------------------

WAYS: st.SearchStrategy[frozenset[Heading]] = st.frozensets(st.sampled_from(("in", "out")), min_size=1)
PROTOCOLS = st.sampled_from((None, "mac", "ipv4", "ipv6", "arp", "rarp", "1234"))
STEPS = st.builds(
    FrameRule,
    st.sampled_from(("root", "root", "ipv4", "ipv4-x", "arp", "mac", "stp")),
    st.integers(-3, 3),
    st.integers(-3, 3),
    WAYS,
    st.sampled_from(("accept", "drop", "return", "continue")),
    PROTOCOLS,
    st.booleans(),
    st.sampled_from("abc"),
)
DROPS = st.builds(
    FrameRule,
    st.just("root"),
    st.just(0),
    st.integers(-3, 3),
    WAYS,
    st.just("drop"),
    PROTOCOLS,
    st.booleans(),
    st.just("a"),
)


def _ends(drop: FrameRule, every: Sequence[FrameRule]) -> Iterable[tuple[str, str, frozenset[str]]]:
    """Yield the ends of chains before a drop, found by looking at every rule."""
    chains: dict[str, list[FrameRule]] = {}
    for step in sorted(every, key=lambda each: each.priority):
        chains.setdefault(step.chain, []).append(step)
    root = chains.pop("root", [])
    for name, rules in chains.items():
        protocol = next((each for each in ("mac", "ipv4", "ipv6", "arp") if name.startswith(each)), None)
        meets = protocol == "mac" or drop.protocol in (None, protocol)
        if protocol is None or not meets or rules[-1].chain_priority > drop.priority:
            continue
        ways = {way for way in drop.directions if _accepts_rest(rules, protocol, way)}
        left = frozenset(way for way in ways if not _is_meant(drop, protocol, way, root))
        if left:
            yield name, rules[0].owner, left


def _accepts_rest(rules: Iterable[FrameRule], protocol: str, way: Heading) -> bool:
    own = [each for each in rules if way in each.directions]
    whole = [each for each in own if each.is_whole and each.protocol in (None, protocol)]
    return (
        bool(own) and all(each.action != "return" for each in own) and all(each.action == "continue" for each in whole)
    )


def _is_meant(drop: FrameRule, protocol: str, way: Heading, root: Iterable[FrameRule]) -> bool:
    return any(
        (each.action, each.is_whole) == ("accept", True)
        and way in each.directions
        and each.protocol in (None, protocol)
        and each.priority <= drop.priority
        for each in root
    )


@given(st.lists(st.lists(STEPS, max_size=6), max_size=5), DROPS)
def test_a_drop_comes_after_the_ends_that_looking_at_every_rule_finds(
    filters: list[list[FrameRule]], drop: FrameRule
) -> None:
    together = frames_together(map(_frames_of, filters))
    assert together is not None
    found = together.end_before(drop)
    ends = list(_ends(drop, [step for each in filters for step in each]))
    assert (found is not None) == bool(ends)
    assert found is None or (found.chain, found.owner, found.directions) in ends


# -- growth --------------------------------------------------------------------------------------------------------

FILTER = "<filter name='{}' chain='{}'>{}</filter>"
VARIABLE = "<rule action='drop' direction='inout'><ip srcipaddr='$V{}'/></rule>"


def _lines(texts: Iterable[str]) -> int:
    sources = [Source(FileKey(f"site/{number}.xml"), text) for number, text in enumerate(texts)]
    return sum(steps(lambda: lint(sources, Settings(rules=frozenset({"all"})))).values())


def _sharing(count: int) -> list[str]:
    """Return a large filter, and as many that include it."""
    large = FILTER.format("large", "ipv4", "".join(map(VARIABLE.format, range(count))))
    own = "<filterref filter='large'/><rule action='drop' direction='inout'/>" + VARIABLE
    return [large, *(FILTER.format(f"f{n}", "root", own.format(f"x{n}")) for n in range(count))]


def _chain(count: int) -> list[str]:
    """Return filters that each include the next, and each have a variable."""
    links = [f"<filterref filter='f{n + 1}'/>{VARIABLE.format(n)}" for n in range(count - 1)]
    return [FILTER.format(f"f{n}", "root", each) for n, each in enumerate([*links, VARIABLE.format(count)])]


def _drops(count: int) -> list[str]:
    """Return a filter with many drops behind one that it includes."""
    drops = "<rule action='drop' direction='inout'/>" * count
    return [FILTER.format("f", "root", f"<filterref filter='allow-arp'/>{drops}")]


@pytest.mark.slow
def test_filters_that_share_a_large_one_take_as_long_as_their_rules() -> None:
    for site in (_sharing, _chain, _drops):
        _lines(site(5))
        one, two, four = (_lines(site(count)) for count in (20, 40, 80))
        assert four - two < 2.1 * (two - one), site.__name__
