"""Groups of one kind: what holds for the first two of each holds for all of them."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reach.worlds import FOUND, guest, host, network, world
from vnetlint.reach import Question, Reach
from vnetlint.reach.groups import Peers
from vnetlint.reach.kinds import kinds_of

MODES = st.lists(st.sampled_from(["nat", "route", "open", None]), min_size=2, max_size=9)
UPSTREAM = st.lists(st.integers(0, 8), max_size=2)
"""The networks to which the LAN's router has a route, by their numbers."""


def _site(modes: list[str | None], routed: list[int], ports: list[bool]) -> Reach:
    texts = []
    for number, mode in enumerate(modes):
        inside = "<port isolated='yes'/>" if ports[number % len(ports)] else ""
        texts += [network(f"n{number}", mode, number, inside=inside), guest(f"g{number}", f"n{number}")]
        texts += [guest(f"h{number}", f"n{number}")]
    routes = [{"to": f"10.{number}.0.0/24", "via": "192.168.50.10"} for number in routed]
    return world(*texts, at=host(upstream={**FOUND["upstream"], "routes": routes}))


def _said(reach: Reach, source: Peers, target: Peers) -> tuple[object, ...] | None:
    to = source.other if source is target else target.first
    if to is None or "guest" not in (source.first.kind, to.kind):
        return None
    answer = reach.ask(Question(source.first, to, 4, "tcp"))
    return tuple((case.outcome.verdict, case.outcome.is_translated) for case in answer.cases)


@settings(max_examples=40, deadline=None)
@given(MODES, UPSTREAM, st.lists(st.booleans(), min_size=1, max_size=3))
def test_the_first_two_of_a_kind_stand_for_all(modes: list[str | None], routed: list[int], ports: list[bool]) -> None:
    reach = _site(modes, routed, ports)
    kinds = kinds_of(reach)
    for one, other in product(kinds, kinds):
        for source, target in product(one, other):
            if one is not other:
                stand_ins = one[0], other[0]
            else:
                stand_ins = (one[0], one[0]) if source is target else (one[0], one[1])
            assert _said(reach, source, target) == _said(reach, *stand_ins), (source.name, target.name)


def test_networks_of_one_mode_are_one_kind() -> None:
    reach = _site(["nat"] * 5, [], [False])
    assert sorted(len(kind) for kind in kinds_of(reach) if kind[0].first.kind == "guest") == [5]


def test_a_network_that_a_route_names_is_apart() -> None:
    reach = _site(["route"] * 5, [2], [False])
    assert sorted(len(kind) for kind in kinds_of(reach) if kind[0].first.kind == "guest") == [1, 4]


def test_subnets_that_overlap_are_apart() -> None:
    texts = [network("a", "nat", 1), network("b", "nat", 2), network("c", "nat", 2).replace("24", "25")]
    reach = world(*texts, *(guest(f"g{name}", name) for name in "abc"))
    assert all(len(kind) == 1 for kind in kinds_of(reach))
