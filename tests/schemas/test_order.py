"""Children may be in any order, however many there are."""

import copy
import time

import pytest
from lxml import etree

from tests.schemas.examples import KINDS
from tests.schemas.loaded import LOADED
from tests.schemas.shuffling import merged, shuffles


@pytest.mark.parametrize("kind", KINDS)
def test_children_stand_in_any_order(kind: str) -> None:
    for text in shuffles(kind, 150):
        accepted = LOADED[kind].validate(etree.fromstring(text))
        assert accepted, text.decode() + "\n" + str(LOADED[kind].error_log)


@pytest.mark.parametrize("kind", KINDS)
def test_many_options_take_no_longer_than_few(kind: str) -> None:
    """libxml2 doubles its work with each optional attribute; `tools.schemas.interleaves` prevents it."""
    root = etree.fromstring(merged(kind))
    for node in [*root.iterfind("rule"), *root.iterfind("devices/interface")]:
        parent = node.getparent()
        assert parent is not None
        parent.extend(copy.deepcopy(node) for _ in range(30))
    start = time.perf_counter()
    assert LOADED[kind].validate(root)
    assert time.perf_counter() - start < 2
