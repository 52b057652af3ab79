"""The scenarios, by what they are about."""

from tests.reality.scenario import Scenario

from . import bridged, filtered, firewalled, isolated, nat, routed

_MODULES = (nat, routed, isolated, bridged, filtered, firewalled)
ALL: dict[str, Scenario] = {each.name: each for module in _MODULES for each in module.SCENARIOS}
