"""The scenarios, by what they are about."""

from tests.reality.scenario import Scenario

from . import nat

ALL: dict[str, Scenario] = {each.name: each for module in (nat,) for each in module.SCENARIOS}
