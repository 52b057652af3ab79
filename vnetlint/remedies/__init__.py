"""Edits that several rules and `vnetlint mode` make: settings, addresses, another mode for a network.

Functions that return `Fix` offer one. Functions that return `Edits` make the edits of one, for a title of the rule's
own; `fix` makes no offer if one of them cannot be made.
"""

from vnetlint.remedies.conversion import (
    Change,
    Target,
    addressed,
    conversion,
    share_nic,
    to_macvtap,
    to_mode,
    to_nat,
    translate_ipv6,
)
from vnetlint.remedies.offers import (
    advise,
    drop,
    drop_served,
    fix,
    join_network,
    release,
    remove_setting,
    renumber,
    renumber_privately,
    set_child,
)

__all__ = [
    "Change",
    "Target",
    "addressed",
    "advise",
    "conversion",
    "drop",
    "drop_served",
    "fix",
    "join_network",
    "release",
    "remove_setting",
    "renumber",
    "renumber_privately",
    "set_child",
    "share_nic",
    "to_macvtap",
    "to_mode",
    "to_nat",
    "translate_ipv6",
]
