"""Statements of programming languages, as they are in ERB, EJS, PHP, Mako and Razor."""

import re
from collections.abc import Iterator

from vnetlint.xml.template.piece import Step, Verb

_CODE_IF = re.compile(r"(?P<word>if|unless)\b\s*(?P<rest>.*?)\s*(?:\{|:|\bthen)?$", re.DOTALL)
_CODE_ELIF = re.compile(r"\}?\s*(?:elsif|elseif|else\s+if|elif)\b\s*(?P<rest>.*?)\s*(?:\{|:|\bthen)?$", re.DOTALL)
_CODE_ELSE = re.compile(r"\}?\s*else\s*(?:\{|:)?$")
_CODE_END = re.compile(r"(?:end|endif|endfor|endforeach|endwhile|\}\s*\)?)\s*;?$")
_CODE_LOOP = re.compile(
    r"(?:for|foreach|while|until)\b.*|.*(?:\bdo\s*(?:\|[^|]*\|)?|\{\s*(?:\|[^|]*\|)?|=>\s*\{)$", re.DOTALL
)
_CODE_SWITCH = re.compile(r"(?:case|switch)\b\s*(?P<rest>.*?)\s*\{?$", re.DOTALL)
_CODE_CASE = re.compile(r"(?:when|in|default)\b\s*(?P<rest>.*?)\s*(?:\bthen|:)?$", re.DOTALL)
_CODE_DEF = re.compile(r"(?:def|function|capture)\b.*", re.DOTALL)
_COMMENT = re.compile(r"(?m)(?:^|\s)(?:#|//)[^\r\n]*")


def steps_of(code: str) -> Iterator[Step]:
    """Yield the steps of statements in a programming language, between `<%` and `%>`."""
    for line in re.split(r"[;\r\n]+", _COMMENT.sub("", code)):
        if step := statement(line.strip()):
            yield step


def statement(line: str) -> Step | None:
    """Return the step of one statement, or None if it does nothing to the text around it."""
    if not line:
        return None
    if found := _CODE_ELIF.fullmatch(line):
        return Step(Verb.ELIF, bare(found["rest"]))
    if _CODE_ELSE.fullmatch(line):
        return Step(Verb.ELSE)
    if _CODE_END.fullmatch(line):
        return Step(Verb.END)
    if found := _CODE_IF.fullmatch(line):
        return Step(Verb.IF, bare(found["rest"]), negated=found["word"] == "unless")
    if found := _CODE_SWITCH.fullmatch(line):
        return Step(Verb.SWITCH, bare(found["rest"]))
    if found := _CODE_CASE.fullmatch(line):
        return Step(Verb.CASE, found["rest"])
    if _CODE_DEF.fullmatch(line):
        return Step(Verb.HIDDEN, line)
    if _CODE_LOOP.fullmatch(line):
        return Step(Verb.LOOP, line)
    return None


def bare(condition: str) -> str:
    """Return a condition without the parentheses that some languages require around it."""
    inner = condition.strip()
    return inner[1:-1].strip() if inner.startswith("(") and inner.endswith(")") and inner.count("(") == 1 else inner
