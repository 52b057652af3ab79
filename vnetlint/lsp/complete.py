"""Completion for the protocol: what is offered at a position, as the items of an editor."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial

from lsprotocol import types

from vnetlint.complete.offers import Knowledge, Offer, Offers, offers_at
from vnetlint.complete.pieces import has_holes, plain, snippet
from vnetlint.finding import Span
from vnetlint.lsp.analysis import Analyst, Judgement
from vnetlint.lsp.client import Client
from vnetlint.lsp.diagnostics import range_between
from vnetlint.lsp.documents import Buffer
from vnetlint.lsp.positions import LinePosition
from vnetlint.version import Version, VersionError, parse_version
from vnetlint.xml.source import Source

_KINDS = {
    "element": types.CompletionItemKind.Class,
    "attribute": types.CompletionItemKind.Property,
    "value": types.CompletionItemKind.EnumMember,
    "name": types.CompletionItemKind.Reference,
    "close": types.CompletionItemKind.Keyword,
    "rule": types.CompletionItemKind.Constant,
    "snippet": types.CompletionItemKind.Snippet,
}

_WANTED = {"<": ("element", "rename"), "/": ("close",), " ": ("attribute", "comment"), "[": ("comment",),
           "'": ("value",), '"': ("value",)}  # fmt: skip
"""The places at which a character that was typed asks for completion. Elsewhere it is only text."""

_LINE_END = re.compile(r"\s*\n\s*")


def completions(
    buffer: Buffer,
    position: LinePosition,
    trigger: str,
    client: Client,
    analyst: Analyst,
    judgement: Judgement | None,
) -> types.CompletionList | None:
    """Return the items at a position of a document, or None if there are none.

    `trigger` is the character that asked for completion, or empty. The judgement may be that of an earlier version.
    """
    source = buffer.input
    if not isinstance(source, Source):
        return None
    if judgement is not None and judgement.run.settings.placeholders:
        source = analyst.memory.read(source, judgement.run.settings).source
    offset = buffer.span(position, position).start
    found = offers_at(source, offset, _knowledge(analyst, judgement))
    if found is None or (trigger and found.place not in _WANTED.get(trigger, ())):
        return None
    if client.replaces_words:
        found = _after_sign(source.text, found)
    items = [_item(buffer, found, each, number, client) for number, each in enumerate(found.items)]
    return types.CompletionList(is_incomplete=found.is_incomplete, items=items)


def _after_sign(text: str, offers: Offers) -> Offers:
    """Return the offers without a `<` or `</` that is typed already. It is no part of a word, so it would stay."""
    typed = offers.typed
    for sign in ("</", "<"):
        if text.startswith(sign, typed.start, typed.end) and all(_begins(each, sign) for each in offers.items):
            items = tuple(_without(each, len(sign)) for each in offers.items)
            return replace(offers, typed=Span(typed.start + len(sign), typed.end), items=items)
    return offers


def _begins(offer: Offer, sign: str) -> bool:
    first = offer.pieces[0] if offer.pieces else ""
    return isinstance(first, str) and first.startswith(sign) and offer.filter_text.startswith(sign)


def _without(offer: Offer, count: int) -> Offer:
    first, *rest = offer.pieces
    assert isinstance(first, str)
    return replace(offer, pieces=(first[count:], *rest), filter_text=offer.filter_text[count:])


def _knowledge(analyst: Analyst, judgement: Judgement | None) -> Knowledge:
    if judgement is None:
        return Knowledge()
    return Knowledge(partial(analyst.project, judgement), _target(judgement), partial(_rules, analyst, judgement))


def _target(judgement: Judgement) -> Version | None:
    """The libvirt that the files are for: the host's, or else the configured one."""
    settings = judgement.run.settings
    if settings.host is not None and settings.host.inventory.libvirt is not None:
        with suppress(VersionError):
            return parse_version(settings.host.inventory.libvirt)
    return settings.target


def _rules(analyst: Analyst, judgement: Judgement) -> dict[str, str]:
    """The rules that a comment can name, with the first line of their pages; those found in the document first."""
    catalogue = analyst.memory.selection(judgement.run.settings).catalogue
    known = {rule.name: rule.text.strip().split("\n", 1)[0] for rule in catalogue if rule.suppressible}
    first = dict.fromkeys(each.rule for each in judgement.findings if each.rule in known)
    return {name: known[name] for name in (*first, *(name for name in known if name not in first))}


def _item(buffer: Buffer, offers: Offers, offer: Offer, number: int, client: Client) -> types.CompletionItem:
    is_snippet = client.snippets and has_holes(offer.pieces)
    text = snippet(offer.pieces) if is_snippet else plain(offer.pieces)
    if client.needs_one_line:
        text = _LINE_END.sub("", text)
    has_lines = "\n" in text
    if has_lines and not is_snippet and not client.adjusts_indentation:
        text = text.replace("\n", "\n" + _indentation(buffer, offers.typed.start))
    detail = "; ".join(_details(offer))
    return types.CompletionItem(
        label=offer.label,
        kind=_KINDS[offer.kind],
        detail=detail or None,
        documentation=offer.documentation or None,
        sort_text=f"{number:04}",
        filter_text=None if offer.filter_text == offer.label else offer.filter_text,
        insert_text_format=types.InsertTextFormat.Snippet if is_snippet else None,
        insert_text_mode=(types.InsertTextMode.AdjustIndentation if has_lines and client.adjusts_indentation else None),
        text_edit=types.TextEdit(_range(buffer, offers.typed), text),
        additional_text_edits=_further(buffer, offer),
    )


def _further(buffer: Buffer, offer: Offer) -> list[types.TextEdit] | None:
    return [types.TextEdit(_range(buffer, offer.extra[0]), plain(offer.extra[1]))] if offer.extra else None


def _details(offer: Offer) -> Iterator[str]:
    if offer.detail:
        yield offer.detail
    if offer.since and offer.is_newer:
        yield f"since libvirt {offer.since}, newer than the target"
    elif offer.since:
        yield f"since libvirt {offer.since}"


def _indentation(buffer: Buffer, offset: int) -> str:
    """The white space at the start of the line of an offset."""
    text = buffer.text
    at = offset + buffer.shift
    line = text[max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1 : at]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _range(buffer: Buffer, span: Span) -> types.Range:
    return range_between(buffer.position(span.start), buffer.position(span.end))
