"""`--choose RULE[=N]`: which fix to make of a rule's findings, and why a choice had no effect."""

from collections.abc import Iterable, Iterator, Mapping

from vnetlint.cli.streams import CommandError
from vnetlint.config.plan import Run
from vnetlint.result import FixResult
from vnetlint.rulebook.catalogue import Catalogue


def choices_of(values: Iterable[str], catalogue: Catalogue) -> dict[str, int]:
    """Return the numbers of fixes that the values of the option choose, by rule name.

    Raises CommandError if a value is invalid or contradicts another one, and UnknownRuleError if there is no such rule.
    """
    chosen: dict[str, int] = {}
    for value in values:
        name, equals, number = (part.strip() for part in value.partition("="))
        rule = catalogue.find(name).name
        if equals and not (number.isascii() and number.isdigit() and 0 < len(number) < 6 and int(number)):
            raise CommandError(
                f"--choose {value}: invalid number '{number}': expected 1 for the first fix, 2 and so on"
            )
        wanted = int(number) if equals else 1
        if chosen.setdefault(rule, wanted) != wanted:
            raise CommandError(f"--choose {value}: fix {chosen[rule]} of {rule} is already chosen")
    return chosen


def notes(choices: Mapping[str, int], fixed: FixResult, runs: Iterable[Run]) -> Iterator[str]:
    """Yield the reason for each choice that fixed nothing."""
    if not choices:
        return
    made = {each.rule for each in fixed.made}
    selected = {rule for run in runs for rule in run.catalogue.select(run.settings.rules)}
    for rule, number in choices.items():
        if rule not in made:
            yield f"--choose {rule}={number}: {_reason(rule, number, fixed, rule in selected)}"


def _reason(rule: str, number: int, fixed: FixResult, is_selected: bool) -> str:
    findings = [each for each in fixed.result.findings if each.rule == rule]
    if not findings:
        return "this rule has no findings" if is_selected else "this rule is not selected; add --extend-select"
    offered = [each.fixes[number - 1] for each in findings if len(each.fixes) >= number]
    if not offered:
        most = max(len(each.fixes) for each in findings)
        return f"its findings offer {f'at most {most} fixes' if most > 1 else 'only one fix' if most else 'no fix'}"
    if not any(fix.edits for fix in offered):
        return "this fix must be made by hand"
    return "this fix could not be made, because it conflicts with another one or edits files that are not checked"
