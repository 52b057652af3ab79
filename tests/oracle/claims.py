"""What libvirt answers to the Bad example of a rule's page, against what the rule claims."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from tests.oracle.asking import TOOK, Said, ask, documents_of, host_of
from tests.oracle.libvirtd import ROOTS, Host, Libvirtd
from tests.sources import named
from vnetlint.finding import Edit, Finding, Span
from vnetlint.rulebook.rule import Rule
from vnetlint.testing.cases import PageExample
from vnetlint.version import parse_version
from vnetlint.xml.tree import parse


def doubts(rule: Rule, case: PageExample, version: str) -> list[str]:
    """Ask one libvirt about each finding of a rule in a project; return where it does not do what the finding says.

    A finding is skipped if no host can be built for it. If that leaves none, the rule is untested, which is a doubt.
    """
    case = _for_version(case, version)
    found = [each for each in case.lint().findings if each.rule == rule.name]
    if not found:
        return [f"nothing is reported for libvirt {version}"]
    contradictions, heard = [], False
    for each in found:
        said = _heard(each, found, case, version)
        own = _doubts(each, said, _quoted(rule))
        if own and (_is_of_bond(each, case) or _is_only_possible(each, said) or _lacks_hardware(said)):
            continue
        heard = True
        contradictions += own
    return contradictions if heard else ["cannot be asked: no host here has what it takes"]


def _heard(finding: Finding, found: list[Finding], case: PageExample, version: str) -> list[Said]:
    """What libvirt says to the files that a finding is about."""
    files = _without_others(finding, found, case)
    documents = documents_of(files)
    inventory = case.settings.host.inventory if case.settings.host else None
    said: dict[str, Said] = {}
    for subject in (other for other in documents if other.path == finding.path):
        daemon = _daemon(host_of(inventory, documents), version)
        plugs = finding.when == "plug"
        asked = ask(daemon, documents, subject, inventory, complete=case.settings.complete, plugs=plugs)
        said |= {path: answer for path, answer in asked.items() if answer != TOOK or path not in said}
    places = {finding.path, *(each.path for each in finding.related)}
    return [said[path] for path in sorted(places) if path in said]


def _is_only_possible(finding: Finding, said: list[Said]) -> bool:
    """Whether a finding is about something that may happen, and it did not happen."""
    return finding.severity != "error" and finding.when != "never" and all(each == TOOK for each in said)


def _lacks_hardware(said: list[Said]) -> bool:
    return any(_HARDWARE.search(answer.message) for answer in said)


_HARDWARE = re.compile(
    r"passthrough of host PCI devices|VFIO PCI device assignment is not supported"
    r"|No chain/target/match by that name|No usable Vf's present|is not an SR-IOV Virtual Function|is not a VF"
    r"|vhost-user.*Failed to connect|network 'functions' is not active",
    re.DOTALL,
)
"""What libvirt, QEMU or iptables says without an SR-IOV card, a vhost-user switch or a kernel module."""


def _for_version(case: PageExample, version: str) -> PageExample:
    """The project, with one version of libvirt as its host's."""
    host = case.settings.host
    if host is not None:
        host = replace(host, inventory=host.inventory.model_copy(update={"libvirt": f"{version}.0"}))
    return PageExample(case.files, replace(case.settings, target=parse_version(version), host=host))


def _is_of_bond(finding: Finding, case: PageExample) -> bool:
    """Whether a finding tells of a bond: not every kernel can make one, and one where they are asked in CI cannot."""
    links = case.settings.host.links if case.settings.host else ()
    return any(link.kind == "bond" and f"'{link.name}'" in finding.message for link in links)


def _without_others(finding: Finding, found: list[Finding], case: PageExample) -> Mapping[str, str]:
    """The files with this finding only, because libvirt reports only the first fault that it meets."""
    files = {path: data.decode(errors="replace") for path, data in case.files.items()}
    kept = [(finding.path, finding.span), *((each.path, each.span) for each in finding.related)]
    edits = list(_other_interfaces(finding, kept, files))
    for other in found:
        first = next((each.edits for each in other.fixes if each.edits), ())
        taken = [*kept, *((each.path, each.span) for each in edits)]
        if other is not finding and not any(_touch(each, path, span) for each in first for path, span in taken):
            edits += first
    for edit in sorted(edits, key=lambda each: each.span, reverse=True):
        if edit.path in files:
            text = files[edit.path]
            files[edit.path] = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return files


def _other_interfaces(finding: Finding, kept: list[tuple[str, Span]], files: Mapping[str, str]) -> Iterator[Edit]:
    """Edits that remove a guest's other interfaces, each of which may have its own fault, if a finding is about one."""
    roots = [document.root for document in parse(named(finding.path, files[finding.path]))]
    interfaces = [each for root in roots for each in root.descendants() if each.name == "interface"]
    removed = [
        Edit(finding.path, each.span, "") for each in interfaces if each.parent and each.parent.name == "devices"
    ]
    others = [edit for edit in removed if not any(_touch(edit, path, span) for path, span in kept)]
    if len(others) < len(removed):
        yield from others


def _touch(edit: Edit, path: str, span: Span) -> bool:
    return edit.path == path and edit.span.start < span.end and span.start < edit.span.end


_NUMBERED = re.compile(r"\b(vnet|macvtap|tap)\d+")


def _plain(message: str) -> str:
    """A message on one line, without the number of the kernel's device, which rises with each one."""
    return _NUMBERED.sub(r"\1N", " ".join(message.split()))


_VALUE = re.compile(r"'[^']*'|\S*\d\S*")


def _masked(message: str) -> str:
    """A message on one line without its values, because a page quotes those of one example."""
    return _VALUE.sub("…", " ".join(message.split()))


@cache
def _running() -> dict[str, tuple[Host, Libvirtd]]:
    return {}


def _daemon(host: Host, version: str) -> Libvirtd:
    """A daemon on a host; the last one of each version keeps running, because most examples have the same host."""
    running = _running()
    if version in running:
        last, daemon = running[version]
        if last == host:
            return daemon
        del running[version]
        daemon.close()
    daemon = Libvirtd(host, ROOTS[version]).__enter__()
    running[version] = host, daemon
    return daemon


def _doubts(finding: Finding, heard: list[Said], quoted: list[str]) -> list[str]:
    """What contradicts a finding: another moment, or words that neither it nor the rule's page quotes."""
    if finding.when == "never":
        return [f"{finding.message}: refused at {each.when}: {each.message}" for each in heard if each.when != "never"]
    at = [each.message for each in heard if each.when == finding.when]
    if not at:
        return [f"{finding.message}: not refused at {finding.when}, but: {heard}"]
    words = finding.libvirt_message
    if not words or any(_plain(words) in _plain(message) for message in at):
        return []
    if any(_masked(each) in _masked(message) for each in quoted for message in at):
        return []
    return [f"{finding.message}: {words!r} is not in {at}"]


def _quoted(rule: Rule) -> list[str]:
    """The messages that the page quotes: everything formatted as code with three words or more."""
    spans = _CODE.findall(rule.page.sections["Libvirt"])
    return [text for one, two in spans if len((text := " ".join((one or two).split())).split()) > 2]


_CODE = re.compile(r"``([^`]+)``|`([^`]+)`")
