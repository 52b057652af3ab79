"""A bounded slice of the fuzzer. `make fuzz` runs it for as long as wanted."""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import mutate, properties
from tests.fuzz.runner import failure, files_of, minimised
from tests.sources import named
from tests.worktime import in_time, spent
from vnetlint.engine.fix import fix
from vnetlint.engine.lint import lint
from vnetlint.settings import Settings

EACH = 12
"""Seeds for one test."""
QUICK = range(0, 4 * EACH, EACH)
SLOW = [pytest.param(first, marks=pytest.mark.slow) for first in range(4 * EACH, 12 * EACH, EACH)]


@pytest.mark.parametrize("first", [*QUICK, *SLOW])
def test_every_property_holds_for_files_of_any_seed(first: int) -> None:
    failures = {
        seed: found for seed in range(first, first + EACH) if (found := failure(seed, files_of(seed))) != ("", "")
    }
    assert failures == {}


@settings(max_examples=40, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False), st.randoms(use_true_random=False))
def test_every_property_holds_for_files_that_hypothesis_makes(random: Random, other: Random) -> None:
    properties.hold(mutate.project(random), properties.settings(other))


@settings(max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(mutate.seeds()), st.text(max_size=20), st.floats(0, 1))
def test_every_property_holds_with_any_text_anywhere(text: str, inserted: str, where: float) -> None:
    at = int(len(text) * where)
    data = (text[:at] + inserted + text[at:]).encode("utf-8", "surrogatepass")
    properties.hold({"a.xml": data}, properties.settings_with_all())


def test_an_input_that_fails_is_made_small() -> None:
    files = {"a.xml": b"<network><name>lan</name></network>" * 20, "b.xml": b"x" * 500 + b"needle" + b"y" * 500}
    assert minimised(files, lambda tried: b"needle" in tried.get("b.xml", b"")) == {"b.xml": b"needle"}


# -- time ----------------------------------------------------------------------------------------------------------

NETWORK = (
    "<network><name>n{0}</name><forward mode='{1}'/><bridge name='b{0}'/>"
    "<ip address='10.{2}.{3}.1' prefix='24'><dhcp><range start='10.{2}.{3}.2' end='10.{2}.{3}.9'/></dhcp></ip>"
    "</network>\n"
)


def _networks(mode: str) -> Callable[[int], str]:
    return lambda count: "".join(NETWORK.format(each, mode, each // 250, each % 250) for each in range(count))


def _repeated(before: str, piece: str, after: str) -> Callable[[int], str]:
    return lambda count: before + "".join(piece.format(each) for each in range(count)) + after


GROWING: dict[str, Callable[[int], str]] = {
    "documents": _networks("nat"),
    "documents with a wrong value": _networks("nät"),
    "documents with a misspelt name": lambda count: _networks("nat")(count).replace("forward", "forwad"),
    "attributes that nobody knows": _repeated("<network><name>x</name><mtu", " a{}='x'", "/></network>"),
    "misspelt attributes": _repeated("<network><name>x</name>", "<portgroup nme='p{}'/>", "</network>"),
    "misspelt elements": _repeated(
        "<domain><devices>", "<interface><sorce network='a'/></interface>", "</devices></domain>"
    ),
    "stray ampersands": _repeated("<network><name>x</name><title>", "a & b", "</title></network>"),
    "rules of a filter": _repeated(
        "<filter name='a'>", "<rule action='drop' direction='in'><tcp dstportend='{}'/></rule>", "</filter>"
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", GROWING)
def test_time_grows_with_the_file(what: str) -> None:
    """A file four times as large takes about four times as long, and not sixteen times."""
    _seconds(GROWING[what](10))
    few, many = (min(_seconds(GROWING[what](count)) for _ in range(3)) for count in (100, 400))
    assert many < 8 * few + 0.2


def _seconds(text: str) -> float:
    under = properties.settings_with_all()
    with spent() as work:
        lint([named("a.xml", text)], under)
        fix([named("a.xml", text)], under)
    return work.seconds


def test_files_that_are_malformed_all_over_are_fixed_in_time() -> None:
    text = "<network><name>x</name><title>" + "a & b " * 20_000 + "</title></network>"
    with spent() as work:
        result = fix([named("a.xml", text)], Settings())
    assert in_time(work.seconds, properties.SECONDS)
    assert not result.result.failed
