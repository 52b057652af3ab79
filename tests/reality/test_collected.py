"""What `vnetlint host` writes on a host is enough to predict the packets of that host."""

import pytest

from .predict import wrong
from .probe import measure
from .scenarios import ALL
from .world import LIBVIRTS

pytestmark = [pytest.mark.oracle, pytest.mark.slow]

SEEN = (
    "nat-dhcp", "routed-way-back", "together-routed-nat-isolated-open", "two-nics", "bridge-uplink",
    "bridge-filtered", "macvtap-mixed", "docker", "forward-drop-after", "flushed", "reject-ports", "filter-stateful",
)  # fmt: skip
"""Scenarios of all modes and of what a host's administrator does to them."""


@pytest.mark.parametrize("version", LIBVIRTS)
@pytest.mark.parametrize("name", SEEN)
def test_a_collected_inventory_predicts_the_packets(name: str, version: str) -> None:
    # The kernel does not tell everywhere which of two tables it asks first: what both refuse is dropped or rejected.
    assert wrong(measure(ALL[name], version, collected=True), unknown={"firewall.asked_first"}) == []
