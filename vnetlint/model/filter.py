"""`<filter>`: a network filter (nwfilter), its rules, and the filters that it includes."""

from dataclasses import dataclass
from functools import cached_property

from vnetlint.model.domain import FilterRef
from vnetlint.model.view import Named, View, known


@dataclass(frozen=True, eq=False)
class FilterRule(View):
    """`<rule>`: an action for the packets that one protocol element describes."""

    @property
    def protocol(self) -> str | None:
        """The name of the protocol element, such as `tcp`; None where the rule matches everything."""
        return self.node.children[0].name if self.node.children else None


@dataclass(frozen=True, eq=False)
class Filter(Named):
    """A network filter, whose name is an attribute."""

    @property
    def name(self) -> str | None:
        """The name by which `<filterref>` finds it."""
        return known(self.node.get("name"))

    @cached_property
    def rules(self) -> tuple[FilterRule, ...]:
        """The filter's own rules."""
        return tuple(FilterRule(node) for node in self.node.all("rule"))

    @cached_property
    def references(self) -> tuple[FilterRef, ...]:
        """The filters that it includes."""
        return tuple(FilterRef(node) for node in self.node.all("filterref"))
