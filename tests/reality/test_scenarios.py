"""Packets between the guests, the host and the outside of each scenario, on libvirt with iptables and with nftables."""

import pytest

from vnetlint.host.inventory import Inventory

from .expect import broken
from .predict import wrong
from .probe import measure
from .scenarios import ALL
from .world import LIBVIRTS

pytestmark = [pytest.mark.oracle, pytest.mark.slow]


@pytest.mark.parametrize("version", LIBVIRTS)
@pytest.mark.parametrize("name", ALL)
def test_the_model_predicts_every_packet(name: str, version: str) -> None:
    measured = measure(ALL[name], version)
    assert measured.said == {}, "libvirt refused a file of the scenario"
    Inventory.model_validate(measured.inventory)
    assert broken(measured.scenario.expect, version, measured.pairs) == []
    assert wrong(measured) == []
