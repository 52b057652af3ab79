"""Why a packet goes no further."""

from dataclasses import dataclass

from vnetlint.reach.answer import Reason, Verdict


@dataclass(frozen=True, slots=True)
class Stop:
    """The end of a packet that does not arrive."""

    verdict: Verdict
    reason: Reason | None
