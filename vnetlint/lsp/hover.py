"""What an editor shows if the pointer rests on something: the page of a finding's rule, else what the part means."""

import re
from collections.abc import Iterator

from lsprotocol import types

from vnetlint.finding import Finding
from vnetlint.lsp.analysis import Analyst, Judgement
from vnetlint.lsp.diagnostics import position_of, range_of
from vnetlint.rulebook.info import RuleInfo

_CODE = re.compile(r"^```.*?^```$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^<>\n]*>")


def hover_of(judgement: Judgement, analyst: Analyst, position: types.Position, markdown: bool) -> types.Hover | None:
    """Return what is shown at a position; None if there is nothing to say."""
    from vnetlint.lsp.meaning import meaning_at

    at = judgement.buffer.span(position_of(position), position_of(position))
    path, found = judgement.buffer.path, judgement.at(at)
    meaning = meaning_at(judgement, analyst, at.start, markdown)
    texts = [hover_text(judgement, found, markdown)] if found else []
    if meaning is not None:
        # The page of an info is long, and mostly not what the reader looks for.
        texts.insert(0 if all(each.severity == "info" for each in found) else 1, meaning.text)
    if not texts:
        return None
    span = found[0].span if found else meaning.span if meaning is not None else at
    text = ("\n\n---\n\n" if markdown else "\n\n").join(texts)
    kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
    return types.Hover(types.MarkupContent(kind, text), range_of(judgement.texts, path, span))


def page_of(finding: Finding, rule: RuleInfo, markdown: bool) -> str:
    """Return the page of a finding's rule, with the fixes that have to be made by hand."""
    parts = [f"## {rule.name} ({rule.code})" if markdown else f"{rule.name} ({rule.code})"]
    parts += _by_hand(finding, markdown)
    # An editor would read an element's name between angle brackets as markup and not show it.
    parts.append(_quoted(rule.page.text) if markdown else rule.page.text)
    return "\n\n".join(parts)


def hover_text(judgement: Judgement, findings: tuple[Finding, ...], markdown: bool) -> str:
    """Return the pages of findings, one for each rule."""
    first = {finding.rule: finding for finding in reversed(findings)}
    ordered = [finding for finding in findings if first[finding.rule] is finding]
    return ("\n\n---\n\n" if markdown else "\n\n").join(
        page_of(each, judgement.result.rules[each.rule], markdown) for each in ordered
    )


def _by_hand(finding: Finding, markdown: bool) -> Iterator[str]:
    """Yield the fixes that are only displayed, because they need a value from a person."""
    for fix in finding.fixes:
        if fix.safety == "display":
            yield f"By hand: {_quoted(fix.title) if markdown else fix.title}"
            if fix.snippet:
                yield f"```xml\n{fix.snippet}\n```" if markdown else fix.snippet


def _quoted(text: str) -> str:
    """Return a text with the names of elements in backticks."""
    parts: list[str] = []
    at = 0
    for code in _CODE.finditer(text):
        parts += (_TAG.sub(r"`\g<0>`", text[at : code.start()]), code.group())
        at = code.end()
    return "".join((*parts, _TAG.sub(r"`\g<0>`", text[at:])))
