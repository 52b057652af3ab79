"""Answers in words: whether somebody reaches somebody, under which address, on which conditions, and why not."""

from collections.abc import Iterable

from vnetlint.dataclass import dataclass
from vnetlint.reach.answer import Answer, Case, Outcome, Unknown, Verdict

VERDICTS: dict[Verdict, str] = {
    "allowed": "yes",
    "one-way": "packets arrive, but no reply comes back",
    "rejected": "rejected",
    "dropped": "dropped",
    "no-route": "no route",
}


@dataclass(frozen=True)
class Words:
    """An answer as the end of a sentence such as "guests reach the host"."""

    reaches: bool
    """Whether connections work, at least on the conditions that the end of the sentence names."""
    end: str
    """What follows: the sender's address, the conditions, the reason; empty if there is nothing to add."""


def conditions(assumed: Iterable[tuple[Unknown, str]], most: int | None = None) -> str:
    """Return values of unknown facts as conditions, such as `if the host forwards IPv4`; at most so many are named."""
    known = list(assumed)
    named = known[:most]
    met = [fact.text.format(value) for fact, value in named if value == "yes" or "{}" in fact.text]
    unmet = [fact.text for fact, value in named if value != "yes" and "{}" not in fact.text]
    more = f" and {len(known) - len(named)} more" if len(known) > len(named) else ""
    return ", ".join(f"{word} {listed(texts)}" for word, texts in (("if", met), ("unless", unmet)) if texts) + more


def listed(words: list[str]) -> str:
    """Return a list as people write it: `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def words_of(answer: Answer) -> Words:
    """Return an answer in words."""
    good = working(answer)
    if good is None:
        return Words(False, f": {_reason(answer.usual)}")
    end = f" as {good.outcome.source}" if good.outcome.is_translated else ""
    if answer.verdict is None:
        end += f", {conditions(good.assumed)}"
        if any(each.outcome.verdict == "one-way" for each in answer.cases):
            end += f"; otherwise {VERDICTS['one-way']}"
    return Words(True, end)


def working(answer: Answer) -> Case | None:
    """Return the likeliest case in which connections work; None if they never do."""
    return next((each for each in answer.cases if each.outcome.verdict == "allowed"), None)


def _reason(outcome: Outcome) -> str:
    why = outcome.reasons[-1].text if outcome.reasons else VERDICTS[outcome.verdict]
    return f"{VERDICTS['one-way']}: {why}" if outcome.verdict == "one-way" else why
