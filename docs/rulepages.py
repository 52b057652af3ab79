"""The rules' pages as files, an index of them by family, and one by what people see."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields

from vnetlint.finding import When
from vnetlint.rulebook.catalogue import builtin
from vnetlint.rulebook.info import MOMENTS, RuleInfo
from vnetlint.rulebook.rule import Rule

FAMILIES = {
    "network": "Networks",
    "interface": "Guests' interfaces",
    "domain": "Guests",
    "filter": "Network filters",
    "project": "Across files, and against the host",
    "fleet": "Across hosts",
    "tool": "vnetlint itself and the schema",
}

MESSAGES: dict[When, str] = {
    "define": "libvirt refuses to define it",
    "start": "A network does not start",
    "plug": "A guest does not start",
}
"""What people see when libvirt has a message; the messages are those that the pages quote."""

SYMPTOMS = {
    "A guest gets no address": (
        r"never gets it|no client can have|nobody gets|get no address|no guest gets|no lease|neither a lease"
        r"|no address for a guest|has fewer addresses|is not one of them|serves DHCP\.|starts neither"
    ),
    "A guest gets an unexpected address, or one that is in use": (
        r"DHCP ranges|range includes|static DHCP hosts|entry has a MAC address that|interfaces have the same MAC"
        r"|gets another one|later IPv4 subnet|very large"
    ),
    "A guest has no IPv6": r"IPv6 subnet|translate IPv6|all IPv6|drops IPv6|under an IPv6",
    "Guests do not reach the LAN or the Internet": (
        r"reach the LAN|leads? nowhere|nothing leaves|not the way out|no repl|not come back|not lead to|reach a routed"
        r"|access point|drops forwarded|as their gateway|announces no router|connected to nothing|is unreachable"
        r"|no packet passes|connections fail"
    ),
    "Guests do not reach each other": (
        r"[Gg]uests .*reach each other|between (the )?guests|get each other's|accepts nothing from|does not join them"
        r"|another LAN|is unreachable|to the other guests"
    ),
    "The host and a guest do not reach each other": (
        r"guest and its host|own frames|cut off|nobody reaches|sends and receives|is unreachable"
    ),
    "Nothing outside reaches a guest": (
        r"nothing is forwarded|nobody (else gets there|reaches)|cut off|sends and receives|reach a routed"
        r"|accepts nothing|lets only the host"
    ),
    "Names are not resolved": r"\bDNS\b|resolve|names without|\.local|service record",
    "Guests do not boot from the network": r"\bboot|TFTP",
    "Guests reach more than they should": (
        r"[Ii]solat|services (of|that)|open to|open network|reaches the Internet|send data|everybody|VLANs of all"
        r"|everything|no filter|router between|one segment|each other's|not separated|privileged|joins the bridge of"
    ),
    "A filter passes or drops the wrong packets": (
        r"[Ff]ilter (rule|drops|allows|has|learns|checks|sets)|[Ff]ilter's|rule for TCP|network filter"
    ),
    "A VLAN does not work": r"VLAN",
    "Connections are slow, stall or lose large packets": (
        r"MTU|bandwidth|\blimit\b|\bpeak|slower|connections fail|vhost,|guarantee"
    ),
    "The host loses its own network": r"host itself|host's own traffic|makes the host a router",
    "It works only until something restarts": r"after a reboot|after each start|failover|reconnect|live state",
    "libvirt ignores a setting": (
        r"no effect|libvirt (silently )?(drops|ignores|reads)|none applies|never (reached|matches)|does not (use|add)"
        r"|has none to use|which only|last one|uses (NAT|500|only)|not start there|not look|reads it|cannot set"
        r"|libvirt uses only"
    ),
}
"""What people see when libvirt has no message, and how the titles of the rules say it."""
OTHER = "Something else that libvirt does not report"

_QUOTED = re.compile(r"``([^`]+)``|`([^`]+)`")
_WORD = re.compile(r"[A-Za-z][A-Za-z_-]+")
_MOMENTS: dict[str, When] = {
    "define": "define",
    "At start": "start",
    "network starts": "start",
    "does not start either": "start",
    "guest starts": "plug",
    "QEMU does not start": "plug",
    "starts": "plug",
}
"""The moments, as the sections about libvirt write them."""
_NO_MESSAGE = re.compile("virsh |or |- ")
"""A command, and the ends that the message before may also have."""
_SENTENCE = re.compile(r"(?<=[.;])\s+(?=[A-Z])")
_HOW = """\
The names and numbers in libvirt's messages are examples. `vnetlint rule --message "…"` finds the rules about a message
that you paste."""


def pages() -> dict[str, str]:
    """Return the pages and the two indexes, by path below `docs/`."""
    rules = tuple(builtin())
    return {
        "rules/README.md": rules_page(rules),
        "symptoms.md": _by_symptom(rules),
        **{f"rules/{rule.name}.md": page_of(rule) for rule in rules},
    }


def cell(text: str) -> str:
    """Return a text for a cell of a table."""
    return text.replace("|", "\\|")


def page_of(rule: RuleInfo) -> str:
    """Return the page of a rule."""
    text = re.sub(r"\(docs/(\w+\.md)\)", r"([docs/\1](../\1))", rule.full_text)
    head = f"`{rule.code}` · {rule.severity} · {_reported(rule)} · [all rules](README.md)"
    return f"# {rule.name}\n\n{head}\n\n{text}"


def _reported(rule: RuleInfo) -> str:
    return "libvirt does not report it" if rule.when == "never" else f"libvirt reports it {MOMENTS[rule.when]}"


def rules_page(
    rules: Sequence[Rule],
    families: Mapping[str, str] = FAMILIES,
    levels: Mapping[str, str] | None = None,
) -> str:
    """Return the index of rules: a table for each family, with a column for the levels of their fixes if given."""
    lines = [
        "# Rules",
        "",
        "Made from the rules' own pages by `make docs`; `vnetlint rule NAME` shows one. To start from a message of",
        "libvirt's, or from what does not work: [symptoms](../symptoms.md).",
        "",
        *(f"- [{title}](#{_anchor(title)})" for title in (*families.values(), "Options")),
    ]
    head, dash = (" fix |", "---|") if levels else ("", "")
    for family, title in families.items():
        lines += ["", f"## {title}", ""]
        lines += [f"| rule | code | severity |{head} libvirt reports it | |", f"|---|---|---|{dash}---|---|"]
        lines += [
            f"| [{rule.name}]({rule.name}.md) | {rule.code} | {rule.severity} |"
            f"{f' {levels[rule.name]} |' if levels else ''} {MOMENTS[rule.when]} | {cell(rule.page.title)} |"
            for rule in rules
            if rule.family == family
        ]
    lines += ["", "## Options", "", "A configuration sets them: [docs/configuration.md](../configuration.md).", ""]
    lines += ["| option | default | |", "|---|---|---|"]
    lines += [
        f"| [{rule.name}]({rule.name}.md).`{name.replace('_', '-')}` | `{json.dumps(default)}` | {cell(words)} |"
        for rule in rules
        for name, default, words in _options(rule)
    ]
    return "\n".join(lines) + "\n"


def _options(rule: Rule) -> Iterator[tuple[str, object, str]]:
    """The options of a rule: name, default, and what the page says of each."""
    for each in fields(rule.options) if rule.options else ():
        yield each.name, each.default, rule.page.options[each.name]


def _by_symptom(rules: Iterable[RuleInfo]) -> str:
    rules = tuple(rules)
    shown = {title: found for title in SYMPTOMS if (found := symptoms(title, rules))}
    listed = {rule for found in shown.values() for rule in found}
    shown[OTHER] = [rule for rule in rules if rule.when == "never" and rule not in listed and _is_silent(rule)]
    titles = [*(f"{title}: libvirt's messages" for title in MESSAGES.values()), *shown]
    lines = [
        "# Symptoms",
        "",
        "From what you see to the rules about it, made from the rules' pages by `make docs`. All rules:",
        "[by family](rules/README.md).",
        "",
        _HOW,
        "",
        *(f"- [{title}](#{_anchor(title)})" for title in titles),
    ]
    said = messages(rules)
    for moment, title in MESSAGES.items():
        lines += ["", f"## {title}: libvirt's messages", "", "| message | rules |", "|---|---|"]
        lines += [
            f"| {cell(_code(message))} | {', '.join(map(_link, found))} |"
            for message, found in sorted(said[moment].items(), key=lambda each: each[0].lower())
        ]
    for title, found in shown.items():
        lines += ["", f"## {title}", "", *(f"- {_link(rule)}: {rule.page.title}" for rule in found)]
    return "\n".join(lines) + "\n"


def symptoms(title: str, rules: Iterable[RuleInfo]) -> list[RuleInfo]:
    """Return the rules whose titles say a symptom, of those that libvirt reports never or not always."""
    return [rule for rule in rules if _is_silent(rule) and re.search(SYMPTOMS[title], rule.page.title)]


def _is_silent(rule: RuleInfo) -> bool:
    is_about_xml = rule.family != "tool" or rule.name.startswith("schema-")
    return is_about_xml and re.search("[Nn]ever", rule.page.sections.get("Libvirt", "")) is not None


def messages(rules: Iterable[RuleInfo]) -> dict[When, dict[str, list[RuleInfo]]]:
    """Return the rules about each message of libvirt's, by the moment at which it appears."""
    found: dict[When, dict[str, list[RuleInfo]]] = {moment: defaultdict(list) for moment in MESSAGES}
    for rule in rules:
        for moment, message in _quoted(rule):
            if rule not in found[moment][message]:
                found[moment][message].append(rule)
    return found


def _quoted(rule: RuleInfo) -> Iterator[tuple[When, str]]:
    """The messages that the section about libvirt quotes, each with the moment that its sentence names."""
    moment: When = rule.when
    for sentence in _SENTENCE.split(rule.page.sections.get("Libvirt", "")):
        is_said = rule.when != "never"
        at = 0
        for quote in _QUOTED.finditer(sentence):
            words = " ".join(sentence[at : quote.start()].split())
            at = quote.end()
            named = [(words.rindex(each) + len(each), len(each), each) for each in _MOMENTS if each in words]
            if named:
                moment, is_said = _MOMENTS[max(named)[2]], True
            message = " ".join((quote[1] or quote[2]).split())
            if is_said and moment in MESSAGES and len(_WORD.findall(message)) > 2 and not _NO_MESSAGE.match(message):
                yield moment, message


def _link(rule: RuleInfo) -> str:
    return f"[{rule.name}](rules/{rule.name}.md)"


def _code(text: str) -> str:
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _anchor(title: str) -> str:
    """Return the name that a forge gives to a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
