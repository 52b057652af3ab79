"""What is known of a host without an inventory: nothing.

Most sites have no inventory, and pydantic, which an inventory is made of, takes longer to load than a site to check.
"""

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from vnetlint.host.inventory import Inventory


class _Nothing:
    """An inventory, or a part of one, with the values that its keys have by default: nearly all are None."""

    machines = gateways = addresses = ()
    partial = False

    @property
    def upstream(self) -> "_Nothing":
        """The router of the LAN."""
        return self

    forwarding = upstream

    def __getattr__(self, name: str) -> None:
        return None


NOTHING = cast("Inventory", _Nothing())
"""The inventory that says nothing. A test compares it with one that is made by the inventory's own classes."""
