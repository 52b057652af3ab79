"""Templates: libvirt XML that another program completes. text → pieces → blocks → renderings."""

from vnetlint.xml.template.placeholder import (
    FILLER,
    NOTHING,
    OPEN,
    STAND_INS,
    holds_stand_in,
    is_elision,
    is_opaque,
    printed,
)
from vnetlint.xml.template.signs import may_be_template, may_have_stand_in

__all__ = [
    "FILLER",
    "NOTHING",
    "OPEN",
    "STAND_INS",
    "holds_stand_in",
    "is_elision",
    "is_opaque",
    "may_be_template",
    "may_have_stand_in",
    "printed",
]
