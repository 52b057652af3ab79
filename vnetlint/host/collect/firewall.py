"""The firewall of a machine: what `iptables-save`, `ip6tables-save` and `nft` show of it, without libvirt's rules."""

import json
from typing import NamedTuple

from vnetlint.host.collect.chains import PlainPart, ordered
from vnetlint.host.collect.iptables import Saved, saved
from vnetlint.host.collect.nftables import Ruleset, ruleset
from vnetlint.host.collect.system import Questions

_COMMANDS = (("iptables-save", "ipv4"), ("ip6tables-save", "ipv6"))


class Firewall(NamedTuple):
    """A firewall, as an inventory has it."""

    chains: list[PlainPart]
    backend: str | None
    """The backend of libvirt whose rules are there; None if there are none."""


def collect_firewall(questions: Questions, has_networks: bool) -> Firewall | None:
    """Return the firewall, or None if it cannot be seen.

    `has_networks` is whether networks for which libvirt makes rules are active: rules that are missing then are gone.
    """
    shown = {family: _saved(questions, command, family) for command, family in _COMMANDS}
    known = {family: each.tables for family, each in shown.items() if each}
    listed = _listed(questions, known)
    if any(each is None and questions.has(command) for (command, family) in _COMMANDS for each in [shown[family]]):
        return None
    if listed is None and (questions.has("nft") or not any(shown.values())):
        return None
    iptables = [each for each in shown.values() if each]
    chains = [each for one in iptables for each in one.chains] + (listed.chains if listed else [])
    backend = "nftables" if listed and listed.has_libvirt else None
    if backend is None and any(each.has_libvirt for each in iptables):
        backend = "iptables"
    made = ordered(chains)
    for chain in made:
        # An absent number means that libvirt's rules are first, which matters only for its backend iptables.
        if "libvirt_at" in chain and chain["libvirt_at"] is None and not (has_networks and backend != "nftables"):
            del chain["libvirt_at"]
    for table in listed.left_out if listed else ():
        questions.remark(f"table {table} of nftables", "an inventory has no rules about frames")
    return Firewall(made, backend)


def _saved(questions: Questions, command: str, family: str) -> Saved | None:
    done = questions.system.run((command,))
    if done.code:
        if done.code != 127:
            questions.note_failure("firewall", done, command)
        return None
    try:
        return saved(done.stdout, family)
    except (ValueError, IndexError, KeyError):
        questions.remark("firewall", f"{command}: the output cannot be read")
        return None


def _listed(questions: Questions, known: dict[str, frozenset[str]]) -> Ruleset | None:
    done = questions.system.run(("nft", "-j", "list", "ruleset"))
    if done.code:
        if done.code != 127:
            questions.note_failure("firewall", done, "nft")
        elif not known:
            questions.remark("firewall", "neither nft nor iptables-save is installed")
        return None
    try:
        return ruleset(json.loads(done.stdout or '{"nftables": []}'), known)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        questions.remark("firewall", "nft: the output cannot be read")
        return None


def policy_of(chains: list[PlainPart], hook: str) -> str:
    """Return the strictest policy of a hook for IPv4; without a chain, the kernel accepts."""
    policies = [each["policy"] for each in chains if each["hook"] == hook and each["family"] == "ipv4"]
    return "drop" if "drop" in policies else "accept"
