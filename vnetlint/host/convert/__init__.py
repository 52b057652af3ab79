"""A host's inventory from the files that configure its network, instead of from the machine itself.

Such files list what they configure and no more, so the inventory is partial: an interface or a route that it lacks is
unknown. What DHCP or a router assigns is in no file either, and is left out with a remark.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Literal, cast, get_args

from vnetlint.host.convert.draft import Draft
from vnetlint.host.inventory import Inventory

FileFormat = Literal["netplan", "networkmanager", "networkd", "ifupdown", "nmstate"]
"""The formats. Each is the module of that name."""
KINDS: tuple[FileFormat, ...] = get_args(FileFormat)


def convert(kind: FileFormat, paths: Sequence[str]) -> tuple[Inventory, tuple[str, ...]]:
    """Return the inventory that files or folders of one format describe, and remarks about what it does not contain.

    Raises ConversionError with one line that names the file, the place and what was expected.
    """
    draft = Draft()
    module = import_module(f"vnetlint.host.convert.{kind}")
    cast("Callable[[Sequence[str], Draft], None]", module.describe)(paths, draft)
    return draft.inventory(), draft.remarks
