"""Who can reach whom: one model of bridges, NICs, routes, firewalls and NAT, which answers questions about packets."""

from vnetlint.reach.answer import Answer, Case, Endpoint, Outcome, Question, Reason, Unknown, Verdict
from vnetlint.reach.effects import Effect, between, effects
from vnetlint.reach.reach import Reach

__all__ = [
    "Answer",
    "Case",
    "Effect",
    "Endpoint",
    "Outcome",
    "Question",
    "Reach",
    "Reason",
    "Unknown",
    "Verdict",
    "between",
    "effects",
]  # fmt: skip
