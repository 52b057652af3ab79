"""The programs of a machine that libvirt's networks depend on: which are installed, which run, what they can do."""

import re

from vnetlint.host.collect.chains import PlainPart
from vnetlint.host.collect.system import Questions, is_refusal

_EMULATORS = ("qemu-system-x86_64", "qemu-system-aarch64", "qemu-system-ppc64", "qemu-system-s390x", "kvm", "qemu-kvm")
_NOT_RUNNING = 252
"""The exit code of firewall-cmd if firewalld does not run."""


def collect_programs(questions: Questions) -> PlainPart:
    """Return what is known about the programs."""
    found: PlainPart = {"firewall_tools": _tools(questions)}
    for part in (_firewalld, _resolved, _open_vswitch, _dnsmasq, _user_backends):
        found.update(part(questions))
    return found


def _tools(questions: Questions) -> list[str]:
    return [name for name, command in (("iptables", "iptables"), ("nftables", "nft")) if questions.has(command)]


def _firewalld(questions: Questions) -> PlainPart:
    done = questions.system.run(("firewall-cmd", "--get-zones"))
    if done.code in (127, _NOT_RUNNING):
        return {"firewalld_zones": []}
    if done.code:
        questions.note_failure("firewalld", done, "firewall-cmd")
        return {}
    text = questions.system.read("/etc/firewalld/firewalld.conf")
    return {"firewalld_zones": sorted(done.stdout.split()), **firewalld_backend(text)}


def firewalld_backend(text: str | None) -> PlainPart:
    """Return the FirewallBackend in the text of firewalld.conf, which is nftables unless set."""
    if text is None:
        return {}
    found = re.search(r"^FirewallBackend=(iptables|nftables)\s*$", text, re.MULTILINE)
    return {"firewalld_backend": found[1] if found else "nftables"}


def _resolved(questions: Questions) -> PlainPart:
    """Whether systemd-resolved runs. `resolvectl` is not asked, because that could start it."""
    done = questions.system.run(("systemctl", "is-active", "systemd-resolved"))
    return {"resolved": done.stdout.strip() == "active"}


def _open_vswitch(questions: Questions) -> PlainPart:
    done = questions.system.run(("ovs-vsctl", "--timeout=5", "show"))
    if done.code and is_refusal(done.stderr):
        questions.note_failure("Open vSwitch", done, "ovs-vsctl")
        return {}
    return {"open_vswitch": done.code == 0}


def _dnsmasq(questions: Questions) -> PlainPart:
    text = questions.ask("the options of dnsmasq", "dnsmasq", "--help")
    return {} if text is None else {"dnsmasq_options": dnsmasq_options(text)}


def dnsmasq_options(text: str) -> list[str]:
    """Return the options in the output of `dnsmasq --help`, without hyphens."""
    return sorted(set(re.findall(r"--([a-z0-9][a-z0-9-]*)", text)))


def _user_backends(questions: Questions) -> PlainPart:
    emulator = next((each for each in _EMULATORS if questions.has(each)), "/usr/libexec/qemu-kvm")
    done = questions.system.run((emulator, "-netdev", "help"))
    if done.code:
        questions.note_failure("backends of QEMU", done, emulator)
        return {}
    slirp = ["slirp"] if "user" in done.stdout.split() else []
    return {"user_backends": [*slirp, *(["passt"] if questions.has("passt") else [])]}
