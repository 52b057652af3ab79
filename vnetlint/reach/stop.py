"""Why a packet goes no further."""

from vnetlint.dataclass import dataclass
from vnetlint.reach.answer import Reason, Verdict


@dataclass(frozen=True, slots=True)
class Stop:
    """The end of a packet that does not arrive."""

    verdict: Verdict
    reason: Reason | None
