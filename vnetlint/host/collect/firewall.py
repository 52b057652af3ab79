"""The firewall of a machine: what `iptables-save`, `ip6tables-save` and `nft` show of it, without libvirt's rules."""

import json
from typing import NamedTuple

from vnetlint.host.collect.chains import PlainPart, ordered
from vnetlint.host.collect.iptables import Saved, saved
from vnetlint.host.collect.nftables import LIBVIRT_TABLE, Ruleset, hook_order, ruleset
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
    listed = _listed(questions, {family: each.tables for family, each in shown.items() if each})
    commands = [command for command, family in _COMMANDS if shown[family] is None]
    unseen = [command for command in (*commands, *(["nft"] if listed is None else [])) if questions.has(command)]
    if listed is None and not any(shown.values()) and not unseen:
        questions.remark("firewall", "neither nft nor iptables-save is installed")
        return None
    if unseen:
        return None
    iptables = [each for each in shown.values() if each]
    chains = [each for one in iptables for each in one.chains] + (listed.chains if listed else [])
    backend = "nftables" if listed and listed.has_libvirt else None
    if backend is None and any(each.has_libvirt for each in iptables):
        backend = "iptables"
    if listed and listed.has_libvirt:
        _compare_with_libvirt(questions, chains, listed)
    made = ordered(chains)
    for chain in made:
        # An absent number means that libvirt's rules are first, which matters only for its backend iptables.
        if "libvirt_at" in chain and chain["libvirt_at"] is None and not (has_networks and backend != "nftables"):
            del chain["libvirt_at"]
    for table in listed.left_out if listed else ():
        questions.remark(f"table {table} of nftables", "an inventory has no rules about frames")
    return Firewall(made, backend)


def _compare_with_libvirt(questions: Questions, chains: list[tuple[int, PlainPart]], listed: Ruleset) -> None:
    """Set for each chain whether it is asked before that of libvirt's table, where their priorities or hooks tell."""
    order = hook_order(questions.system.run(("nft", "list", "hooks")).stdout)
    for priority, chain in chains:
        at = chain["family"], chain["hook"]
        own = listed.libvirt.get(at)
        if own is None:
            continue
        table = {"iptables": "nat" if at[1] == "postrouting" else "filter"}.get(chain["table"], chain["table"])
        passed = order.get(at, [])
        if priority != own:
            chain["asked_first"] = priority < own
        elif table in passed and LIBVIRT_TABLE in passed:
            chain["asked_first"] = passed.index(table) < passed.index(LIBVIRT_TABLE)


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
