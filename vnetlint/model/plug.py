"""How a guest is plugged in: settings that networks, port groups and interfaces share."""

from vnetlint.dataclass import dataclass
from vnetlint.model.view import View
from vnetlint.xml.node import Node


@dataclass(frozen=True, eq=False)
class Plug(View):
    """A `<network>`, `<portgroup>` or `<interface>` with its `<virtualport>`, `<vlan>` and `<bandwidth>`."""

    @property
    def virtualport(self) -> Node | None:
        """`<virtualport>`: the connection to a switch other than a Linux bridge."""
        return self.node.child("virtualport")

    @property
    def switch(self) -> str | None:
        """The type of `<virtualport>`: empty if it has none, None without the element."""
        return None if self.virtualport is None else self.virtualport.get("type") or ""

    @property
    def vlan(self) -> Node | None:
        """`<vlan>`."""
        return self.node.child("vlan")

    @property
    def bandwidth(self) -> Node | None:
        """`<bandwidth>`."""
        return self.node.child("bandwidth")

    @property
    def rates(self) -> tuple[Node, ...]:
        """The `<inbound>` and `<outbound>` of `<bandwidth>`."""
        found = self.bandwidth.children if self.bandwidth else ()
        return tuple(rate for rate in found if rate.name in ("inbound", "outbound"))

    @property
    def inbound(self) -> View | None:
        """The `<inbound>` of `<bandwidth>`: what comes in.

        `average`, `peak` and `floor` are kilobytes per second, `burst` is kibibytes.
        """
        return next((View(rate) for rate in self.rates if rate.name == "inbound"), None)
