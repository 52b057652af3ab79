"""Templates: libvirt XML that another program completes. text → pieces → blocks → renderings."""

from vnetlint.xml.template.placeholder import (
    FILLER,
    HAS_STAND_IN,
    NOTHING,
    OPEN,
    STAND_INS,
    holds_stand_in,
    is_elision,
    is_opaque,
    printed,
)
from vnetlint.xml.template.rendering import Rendering, Template, covering, template_of

__all__ = [
    "FILLER",
    "HAS_STAND_IN",
    "NOTHING",
    "OPEN",
    "STAND_INS",
    "Rendering",
    "Template",
    "covering",
    "holds_stand_in",
    "is_elision",
    "is_opaque",
    "printed",
    "template_of",
]
