"""The guests of a host, as an inventory has them."""

from pydantic import Field

from vnetlint.host.firewall import FirewallRule
from vnetlint.host.part import Hop, InterfaceAddress, InventoryPart
from vnetlint.model.addresses import Family


class GuestNic(InventoryPart):
    """What a guest itself configures on one of its NICs."""

    mac: str | None = Field(default=None, description="Its MAC address; by default NICs are taken in their order.")
    addresses: tuple[InterfaceAddress, ...] | None = Field(
        default=None, description="Its addresses, with prefixes (ip address in the guest, virsh domifaddr)."
    )
    automatic: tuple[Family, ...] | None = Field(
        default=None,
        description="The families of which it takes addresses and routes from DHCP or router advertisements; by "
        "default both without `addresses`, and none with them.",
    )


class GuestRoute(Hop):
    """A route of a guest."""

    nic: int = Field(default=0, ge=0, description="The place of its NIC among those of the guest, from 0.")


class HostGuest(InventoryPart):
    """A guest that is defined on the host."""

    name: str = Field(description="Its name.")
    autostart: bool | None = Field(default=None, description="Whether it starts with the host (virsh autostart).")
    nics: tuple[GuestNic, ...] | None = Field(
        default=None, description="Its NICs, in the order of its `<interface>` elements."
    )
    routes: tuple[GuestRoute, ...] | None = Field(
        default=None, description="All its routes but those of its addresses (ip route in the guest)."
    )
    forwarding: bool | None = Field(default=None, description="Whether it forwards between its NICs.")
    firewall: tuple[FirewallRule, ...] | None = Field(
        default=None, description="What its own firewall does with what is sent to it; it accepts what no rule decides."
    )
