"""No work grows faster than its input: whatever repeats is in growth.toml, and what is there is counted."""

import random
import re
from collections.abc import Iterator
from typing import Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from benchmarks.growth import excesses, pairs
from benchmarks.growth_sites import data, parts, site
from vnetlint.config.model import Config
from vnetlint.host.inventory import Inventory
from vnetlint.inputkey import FileKey
from vnetlint.schema import judge
from vnetlint.schema.pattern import ElementPattern, OneOrMore, names_of
from vnetlint.schema.query import walk
from vnetlint.xml.source import Source
from vnetlint.xml.tree import parse

PARTS = parts()


def _repeatable(root: str) -> Iterator[tuple[str, str]]:
    """Yield each element that a grammar lets repeat, as the path of its parent and its name."""
    grammar = judge.grammar_of(root)
    starts = grammar.algebra.starts(grammar.start, root)
    waiting: list[tuple[ElementPattern, tuple[str, ...]]] = [(each, (root,)) for each in starts]
    seen = {each for each, _ in waiting}
    while waiting:
        element, path = waiting.pop()
        content = grammar.content(element)
        for more in (each for each in walk(content) if isinstance(each, OneOrMore)):
            inner = (each for each in walk(more.inner) if isinstance(each, ElementPattern))
            yield from (("/".join(path), name.rpartition("}")[2]) for each in inner for name in names_of(each.names))
        for child in (each for each in walk(content) if isinstance(each, ElementPattern) and each not in seen):
            seen.add(child)
            waiting += [(child, (*path, name.rpartition("}")[2])) for name in names_of(child.names)]


def _tried() -> set[tuple[str, str]]:
    """Return the elements that growth.toml repeats, as the path of the parent and the name."""
    bases = {name: parse(Source(FileKey(name), text))[0].root.name for name, text in data()["base"].items()}
    found = set()
    for each in (one for one in PARTS if one.base in bases):
        path = {"dnsmasq": "options"}.get(each.path, each.path)
        names = re.findall(r"<([\w:]+)", each.template)
        name = "*" if each.path == "metadata" else "".join(names[:1]).rpartition(":")[2]
        found.add(("/".join(filter(None, (bases[each.base], path))), name))
    return found


@pytest.mark.parametrize("root", ["network", "filter", "domain"])
def test_what_a_schema_lets_repeat_is_tried(root: str) -> None:
    wanted = {each for each in _repeatable(root) if root != "domain" or _concerns_networks(each[0])}
    assert len(wanted) > 2
    missing = {each for each in wanted - _tried() if each[0] not in data()["elsewhere"]}
    assert not missing


def _concerns_networks(path: str) -> bool:
    return path in ("domain", "domain/devices") or path.startswith("domain/devices/interface")


def test_what_an_inventory_lets_repeat_is_tried() -> None:
    wanted = set(_lists(Inventory, (), set()))
    assert "guests.nics.addresses" in wanted
    assert not wanted - {each.key for each in PARTS if each.base == "host"}


def _lists(model: type[BaseModel], path: tuple[str, ...], seen: set[type[BaseModel]]) -> Iterator[str]:
    """Yield the keys of lists that may be long: not those of fixed words, and each kind of entry once."""
    for name, field in model.model_fields.items():
        for kind in _kinds(field.annotation):
            if get_origin(kind) is tuple and get_args(kind)[-1] is ... and not _is_word(get_args(kind)[0]):
                yield ".".join((*path, name))
            inner = get_args(kind)[0] if get_origin(kind) is tuple else kind
            if isinstance(inner, type) and issubclass(inner, BaseModel) and inner not in seen:
                yield from _lists(inner, (*path, name), seen | {inner})


def _kinds(annotation: object) -> tuple[object, ...]:
    return get_args(annotation) if get_origin(annotation) not in (tuple, None, Literal) else (annotation,)


def _is_word(kind: object) -> bool:
    return get_origin(kind) is Literal


def test_what_a_configuration_lets_repeat_is_tried() -> None:
    tables = {
        name.replace("_", "-")
        for name, field in Config.model_fields.items()
        if get_origin(field.annotation) in (tuple, dict)
    }
    tried = " ".join(f"{each.around} {each.template}" for each in PARTS if each.base == "config")
    assert {each for each in tables if each not in tried} <= data()["elsewhere"].keys()


@pytest.mark.parametrize("part", PARTS, ids=str)
def test_each_part_is_in_its_site_as_often_as_asked(part: object) -> None:
    one, three = (site([part], count) for count in (1, 3))  # type: ignore[list-item]
    assert one != three


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("alike", [False, True], ids=["different", "alike"])
def test_the_work_for_nothing_that_repeats_grows_with_its_square(alike: bool) -> None:
    chosen = [each for each in PARTS if each.alike == alike]
    assert not {str(each): found for each in chosen if (found := excesses([each], 4))}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_work_for_two_things_that_repeat_does_not_grow_with_their_product() -> None:
    sample = random.Random(7).sample(list(pairs(PARTS)), 12)
    assert not {" + ".join(map(str, each)): found for each in sample if (found := excesses(each, 4))}
