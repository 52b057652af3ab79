"""The schemas in use, and where they are: the project's own, or a folder with libvirt's."""

from functools import cache
from pathlib import Path

from vnetlint.datafolders import schemas
from vnetlint.errors import UserError

FILES = {"network": "network.rng", "domain": "domain.rng", "filter": "nwfilter.rng"}
"""The schema of each root element, under the names that libvirt gives them too."""

SYSTEM = Path("/usr/share/libvirt/schemas")
"""Where libvirt's packages install theirs."""


class SchemaSetError(UserError):
    """A folder contains no schemas; the message names it."""


def folder_of(name: str) -> Path | None:
    """Return the folder that `bundled`, `system` or a path means; None is the project's own. Raises SchemaSetError."""
    if name == "bundled":
        return None
    folder = SYSTEM if name == "system" else Path(name)
    missing = [each for each in FILES.values() if not (folder / each).is_file()]
    if missing:
        hint = "; install libvirt's package, or use the bundled ones" if name == "system" else ""
        raise SchemaSetError(f"{folder}: there is no {missing[0]} in this folder of schemas{hint}")
    return folder


@cache
def schema_for(root: str, folder: Path | None = None) -> Path:
    """Return the path of the schema for a root element. Raises KeyError if it has none."""
    name = FILES[root]
    return (schemas() if folder is None else folder) / name
