"""What all parts of an inventory share: how values are written, and what is wrong with those that are not."""

import re
from functools import cached_property
from ipaddress import ip_address, ip_interface, ip_network
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from vnetlint.model.addresses import IFNAMSIZ, Address, Subnet, parse_address

Policy = Literal["accept", "drop", "reject"]
_PCI = "^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}[.][0-7]$"


class InventoryPart(BaseModel):
    """A part of an inventory."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _interface(value: str) -> str:
    try:
        ip_interface(value)
    except ValueError:
        raise ValueError(f"'{value}': expected an address with a prefix, such as 192.168.50.10/24") from None
    return value


def _address(value: str) -> str:
    try:
        ip_address(value)
    except ValueError:
        raise ValueError(f"'{value}': expected an address, such as 192.168.50.1") from None
    return value


def _subnet(value: str) -> str:
    try:
        ip_network(value, strict=False)
    except ValueError:
        raise ValueError(f"'{value}': expected a subnet, such as 192.168.50.0/24") from None
    return value


def _destination(value: object) -> object:
    return "0.0.0.0/0" if value == "default" else value


def _pci(value: str) -> str:
    if not re.fullmatch(_PCI, value):
        raise ValueError(f"'{value}': expected a PCI address, such as 0000:03:00.1")
    return value


InterfaceName = Annotated[str, Field(min_length=1, max_length=IFNAMSIZ - 1)]
InterfaceAddress = Annotated[
    str, AfterValidator(_interface), Field(description="Address with prefix, such as 192.168.50.10/24.")
]
PlainAddress = Annotated[str, AfterValidator(_address)]
SubnetText = Annotated[str, AfterValidator(_subnet)]
PciAddress = Annotated[str, AfterValidator(_pci), Field(json_schema_extra={"pattern": _PCI})]
Destination = Annotated[
    str, BeforeValidator(_destination), AfterValidator(_subnet), Field(description="Subnet, or `default`.")
]


class Hop(InventoryPart):
    """Where packets to a subnet go."""

    to: Destination
    via: PlainAddress | None = Field(default=None, description="The next hop.")

    @cached_property
    def subnet(self) -> Subnet:
        """The destination."""
        return ip_network(self.to, strict=False)

    @property
    def gateway(self) -> Address | None:
        """The next hop."""
        return parse_address(self.via)
