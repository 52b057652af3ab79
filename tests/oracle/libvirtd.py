"""Ask a real libvirtd, so that no rule depends on what we believe libvirt does.

`Libvirtd` runs a private libvirtd on a simulated host. It takes about a tenth of a second to answer what libvirt says
to a network or a guest. It needs root, util-linux, iproute2, libvirt-daemon-system, libvirt-daemon-driver-qemu,
dnsmasq-base, iptables, and for guests qemu-system-x86 (emulated; no disk and no KVM). Another version of
libvirt is used from the folder of a system that has it: `.ci/oracles` makes two, and `ROOTS` says where they are.

Everything lives in one PID, mount and network namespace whose first process is a shell that waits on a pipe from
us. That is the whole of the clean-up: when we leave, raise or are killed, the pipe closes, the shell ends, and the
kernel takes the daemon, its dnsmasq and qemu processes, the links, the firewall rules and the mounts with it. Nothing
outside can be touched, because nothing outside can be seen, and instances do not see each other either.

`tests/oracle` builds a host from an inventory and asks libvirt 9.0, 11.3 and 12.8 about files on it. One example is one
form of a claim: `tests/catalogue/cases/` has every form that a check names, each with a correct twin.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
_ENV = {"PATH": _PATH, "LC_ALL": "C.UTF-8", "HOME": "/run"}
_STATE = ("/var/lib/libvirt", "/var/cache/libvirt", "/var/log/libvirt", "/etc/libvirt")

# No D-Bus, cgroups, security labels or second daemon for logs, because none of them changes an answer.
_QEMU_CONF = """\
security_driver = "none"
user = "root"
group = "root"
cgroup_controllers = []
namespaces = []
stdio_handler = "file"
remember_owner = 0
"""

# - `read` is a builtin, so /proc/self is the shell itself, still with its number in the outer /proc.
# - Files are written to memory, in an overlay over the system's own files.
# - The root is moved with pivot_root, because in a chroot passt cannot make its own namespace.
# - The host is called localhost, because libvirt asks DNS about any other name and waits.
# - /sys is mounted again, because it shows the links of the network namespace that mounted it. This also hides cgroups.
# - /dev is private, because a macvtap guest opens /dev/tapN, where N is the index of the link, and another instance may
#   use the same index. Its nodes are made when `ip monitor` reports a link.
# - What QEMU can do is asked once and not by each daemon, which takes a second. libvirt asks again if QEMU changes.
# - dash's `wait` also reaps orphans. Otherwise libvirtd would wait for a qemu that is already a zombie.
_ENTER = """\
set -e
read -r outer rest </proc/self/stat
export outer
mount -t tmpfs tmpfs /mnt
mkdir /mnt/written /mnt/work /mnt/root
mount -t overlay -o lowerdir={root},upperdir=/mnt/written,workdir=/mnt/work overlay /mnt/root
mount --rbind /dev /mnt/root/dev
mkdir /mnt/root/capabilities
mount --bind {capabilities} /mnt/root/capabilities
cd /mnt/root
pivot_root . mnt
exec sh -c {setup}
"""
_SETUP = """\
set -e
exec 3<&0 </dev/null
mount -t proc proc /proc
umount -l /mnt
echo localhost >/proc/sys/kernel/hostname
mount -t sysfs sysfs /sys
mount -t tmpfs -o mode=755 tmpfs /run
cp -a /etc/libvirt/nwfilter /run/ 2>/dev/null || mkdir /run/nwfilter
for state in {state}; do mkdir -p $state; mount -t tmpfs -o mode=755 tmpfs $state; done
mkdir -p /run/netns /run/libvirt /var/lib/libvirt/dnsmasq /var/lib/libvirt/network /etc/libvirt/qemu/networks/autostart
mv /run/nwfilter /etc/libvirt/
mkdir -p /var/cache/libvirt/qemu/capabilities
mount --move /capabilities /var/cache/libvirt/qemu/capabilities
printf %s {qemu_conf} >/etc/libvirt/qemu.conf
printf 'auth_unix_rw = "none"\\nauth_unix_ro = "none"\\n' >/etc/libvirt/libvirtd.conf
{backend}
mkdir /run/dev
mount -t tmpfs -o mode=755 tmpfs /run/dev
for node in null zero full random urandom tty; do cp -a /dev/$node /run/dev/; done
mkdir /run/dev/net /run/dev/shm /run/dev/pts
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts /run/dev/pts
mknod -m 600 /run/dev/net/tun c 10 200
ln -s pts/ptmx /run/dev/ptmx
ln -s /proc/self/fd /run/dev/fd
ln -s fd/0 /run/dev/stdin
mount --move /run/dev /dev
cp /usr/sbin/tc /run/tc.real
printf %s {tc} >/usr/sbin/tc
{host}
ip monitor link | while read -r news; do
  for tap in /sys/class/net/*/tap[0-9]*; do
    node=/dev/${{tap##*/}}
    [ -e $tap/dev ] && [ ! -e $node ] || continue
    IFS=: read -r major minor <$tap/dev && mknod -m 600 $node c $major $minor || true
  done
done &
libvirtd -p /run/libvirt/oracle.pid >/run/libvirtd.log 2>&1 &
echo "$outer"
cat <&3 >/dev/null &
wait $!
"""


_TC = """\
#!/bin/sh
/run/tc.real "$@" 2>/run/tc.$$ && exit
code=$? said=$(cat /run/tc.$$)
rm /run/tc.$$
case $said in *unknown*|*"not found"*|*"Failed to load"*|*"No such file"*)
    case " $* " in {forgiven}) exit 0 ;; esac ;;
esac
printf '%s\\n' "$said" >&2
exit $code
"""


_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vnetlint-oracles"
_FOLDER = Path(os.environ.get("VNETLINT_LIBVIRTS") or _CACHE)
ROOTS: Mapping[str, Path | None] = {"9.0": None, "11.3": _FOLDER / "trixie", "12.8": _FOLDER / "sid"}
"""The versions of libvirt to ask, with the folder of a system that has each; None is this system."""


@dataclass(frozen=True)
class Nic:
    """A NIC: one end of a veth pair whose other end is up and connected to nothing."""

    name: str
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bridge:
    """A bridge of the host, with the NICs that are its ports and its addresses."""

    name: str
    ports: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    is_ovs: bool = False
    """Whether it is an Open vSwitch. It switches in userspace, because a kernel may lack its module."""


_OPEN_VSWITCH = (
    ("mkdir", "-p", "/run/openvswitch"),
    ("ovsdb-tool", "create", "/run/openvswitch/conf.db", "/usr/share/openvswitch/vswitch.ovsschema"),
    ("ovsdb-server", "/run/openvswitch/conf.db", "--remote=punix:/run/openvswitch/db.sock", "--detach", "--pidfile"),
    ("ovs-vsctl", "--no-wait", "init"),
    ("ovs-vswitchd", "--detach", "--pidfile"),
)


def _switch(bridge: Bridge) -> list[tuple[str, ...]]:
    made = [("ovs-vsctl", "add-br", bridge.name, "--", "set", "bridge", bridge.name, "datapath_type=netdev")]
    return made + [("ovs-vsctl", "add-port", bridge.name, port) for port in bridge.ports]


def _listen(address: str, port: str) -> tuple[str, ...]:
    """The command of a DNS server that listens on both protocols."""
    only = () if address == "0.0.0.0" else (f"--listen-address={address}", "--bind-interfaces")
    return ("dnsmasq", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--pid-file=", f"--port={port}", *only)


def _bridge(bridge: Bridge) -> list[tuple[str, ...]]:
    made = [("ip", "link", "add", bridge.name, "type", "bridge", "forward_delay", "0")]
    return made + [("ip", "link", "set", port, "master", bridge.name) for port in bridge.ports]


@dataclass(frozen=True)
class Route:
    """A route of the host to a prefix or `default`, via a gateway or a device."""

    to: str
    via: str | None = None
    dev: str | None = None


@dataclass(frozen=True)
class Host:
    """The machine that libvirtd runs on, as far as it can see. The default is the bare host of the corpus."""

    nics: tuple[Nic, ...] = (Nic("eth0", ("192.168.50.10/24",)),)
    bridges: tuple[Bridge, ...] = ()
    routes: tuple[Route, ...] = (Route("default", via="192.168.50.1"),)
    forwarding: bool = False
    backend: str | None = None
    """libvirt's firewall backend, `iptables` or `nftables`; None is the default of this libvirt."""
    folders: tuple[str, ...] = ()
    """Folders that exist in addition to the system's."""
    removed: tuple[str, ...] = ()
    """Programs of the system that the host does not have."""
    listeners: tuple[str, ...] = ()
    """Where other programs listen on TCP and UDP: an address and a port, such as 0.0.0.0#53."""
    traffic_control: tuple[str, ...] = ()
    """Words of `tc` commands that succeed although the kernel does not support them.

    With nftables libvirt uses `tc` to complete the checksums of DHCP, on which no answer of libvirt depends.
    """

    def commands(self) -> tuple[tuple[str, ...], ...]:
        """The commands that build it, in order: links, then bridges, then addresses, then routes that need them."""
        made: list[tuple[str, ...]] = [("ip", "link", "set", "lo", "up"), ("ip", "netns", "add", "wire")]
        for nic in self.nics:
            # The far end is in its own namespace, or rules about the host's links would see it too.
            peer = ("peer", "name", nic.name, "netns", "wire")
            made.append(("ip", "link", "add", nic.name, "type", "veth", *peer))
            made.append(("ip", "-n", "wire", "link", "set", nic.name, "up"))
        if any(bridge.is_ovs for bridge in self.bridges):
            made.extend(_OPEN_VSWITCH)
        for bridge in self.bridges:
            made.extend(_switch(bridge) if bridge.is_ovs else _bridge(bridge))
        links: tuple[Nic | Bridge, ...] = (*self.nics, *self.bridges)
        for link in links:
            made.append(("ip", "link", "set", link.name, "up"))
            # Without nodad an IPv6 address is tentative for a second, and routes that need it are refused.
            made.extend(
                ("ip", "address", "add", address, "dev", link.name, *(("nodad",) if ":" in address else ()))
                for address in link.addresses
            )
        for route in self.routes:
            family = "-6" if ":" in route.to + (route.via or "") else "-4"
            by = ("via", route.via) if route.via else ()
            on = ("dev", route.dev) if route.dev else ()
            made.append(("ip", family, "route", "add", route.to, *by, *on))
        made.extend(("mkdir", "-p", folder) for folder in self.folders)
        made.extend(("sh", "-c", f"rm -f $(command -v {program})") for program in self.removed)
        made.extend(_listen(*listener.split("#")) for listener in self.listeners)
        made.extend(
            ("sh", "-c", f"echo {int(self.forwarding)} >/proc/sys/net/{key}")
            for key in ("ipv4/ip_forward", "ipv6/conf/all/forwarding")
        )
        return tuple(made)


_PLAIN = re.compile(r"[\w][\w.-]*+")
"""A name that virsh needs no quotes for."""
_BETWEEN = "=next="
"""A line between the outputs of two commands."""


@dataclass(frozen=True)
class Answer:
    """What libvirt said. `message` is without virsh's own words, and empty on success."""

    ok: bool
    message: str = ""


@dataclass(frozen=True)
class Verdict:
    """What libvirt said to a definition at both moments; `start` is None if it was refused at define."""

    define: Answer
    start: Answer | None = None


@dataclass(frozen=True)
class Output:
    """The exit code and output of a command in the namespace."""

    code: int
    stdout: str
    stderr: str


class OracleError(RuntimeError):
    """The oracle itself failed, so nothing is known about libvirt."""


class Libvirtd:
    """A running private libvirtd; use it in a `with` statement."""

    def __init__(self, host: Host | None = None, root: Path | None = None) -> None:
        self.host = host if host is not None else Host()
        self.root = root
        self._init: subprocess.Popen[str] | None = None
        self._enter: tuple[str, ...] = ()
        self._filters: frozenset[str] = frozenset()
        self._is_fresh = False
        """Whether nothing was run on the host since it was made."""

    def __enter__(self) -> Self:
        setup = _SETUP.format(
            state=" ".join(_STATE),
            qemu_conf=shlex.quote(_QEMU_CONF),
            backend=_backend(self.host.backend),
            tc=shlex.quote(_TC.format(forgiven=_any_of(("action csum", *self.host.traffic_control)))),
            host="\n".join(shlex.join(command) for command in self.host.commands()),
        )
        # --kill-child covers the one case that the pipe does not: unshare alone is killed.
        capabilities = _CACHE / "capabilities" / (self.root.name if self.root else "system")
        capabilities.mkdir(parents=True, exist_ok=True)
        enter = _ENTER.format(
            root=shlex.quote(str(self.root or "/")),
            capabilities=shlex.quote(str(capabilities)),
            setup=shlex.quote(setup),
        )
        unshare = ("unshare", "--mount", "--net", "--pid", "--uts", "--fork", "--kill-child", "sh", "-c", enter)
        self._init = subprocess.Popen(
            unshare, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=_ENV
        )
        try:
            self._wait_until_it_answers(self._init)
            self._filters = frozenset(self._filter_names())
            self._is_fresh = True
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the namespace and everything in it. Does nothing if there is none."""
        init, self._init, self._enter = self._init, None, ()
        if init is None:
            return
        for pipe in (init.stdin, init.stdout, init.stderr):
            if pipe is not None:
                pipe.close()
        try:
            init.wait(timeout=10)
        except subprocess.TimeoutExpired:
            init.kill()
            init.wait()

    @property
    def pid(self) -> int:
        """The first process in the namespaces of the host."""
        return int(self._enter[2])

    def run(self, *command: str, stdin: str | bytes = "", timeout: float = 60) -> Output:
        """Run a command on the host, such as to see its links and routes or to ping."""
        if not self._enter:
            raise OracleError("libvirtd is not running: use it in a with statement")
        self._is_fresh = False
        data = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run((*self._enter, *command), input=data, capture_output=True, timeout=timeout, env=_ENV)
        return Output(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))

    def virsh(self, *arguments: str, stdin: str | bytes = "") -> Output:
        """Run virsh on the host; `/dev/stdin` names `stdin`."""
        return self.run("virsh", "--connect", "qemu:///system", *arguments, stdin=stdin)

    def define_network(self, xml: str | bytes) -> Answer:
        """Define a persistent network."""
        return answer(self.virsh("net-define", "/dev/stdin", stdin=xml))

    def start_network(self, name: str) -> Answer:
        """Start a defined network."""
        return answer(self.virsh("net-start", "--network", name))

    def destroy_network(self, name: str) -> Answer:
        """Stop a network; its definition stays."""
        return answer(self.virsh("net-destroy", "--network", name))

    def undefine_network(self, name: str) -> Answer:
        """Forget a network; a running one continues as a transient network."""
        return answer(self.virsh("net-undefine", "--network", name))

    def define_domain(self, xml: str | bytes) -> Answer:
        """Define a guest."""
        return answer(self.virsh("define", "/dev/stdin", stdin=xml))

    def start_domain(self, name: str) -> Answer:
        """Start a defined guest. This connects its interfaces, so networks are looked up.

        A macvtap device is opened by its node in /dev. On a busy machine libvirt may look for it before it is made.
        """
        started = self.virsh("start", "--domain", name)
        for _ in range(5):
            if "cannot open macvtap tap device" not in started.stderr:
                break
            started = self.virsh("start", "--domain", name)
        return answer(started)

    def destroy_domain(self, name: str) -> Answer:
        """Stop a guest at once; its definition stays."""
        return answer(self.virsh("destroy", "--domain", name))

    def undefine_domain(self, name: str) -> Answer:
        """Forget a guest."""
        return answer(self.virsh("undefine", "--domain", name))

    def define_filter(self, xml: str | bytes) -> Answer:
        """Define a network filter."""
        return answer(self.virsh("nwfilter-define", "/dev/stdin", stdin=xml))

    def judge_network(self, xml: str | bytes) -> Verdict:
        """Define and start one network beside those that exist, and remove it again."""
        text = xml if isinstance(xml, str) else xml.decode(errors="replace")
        names = set(re.findall(r"<name>([^<]*)</name>", text))
        if len(names) != 1 or not _PLAIN.fullmatch(name := names.pop()):
            return self._judge("net-", xml)
        does = ("define /dev/stdin", f"start {name}", f"destroy {name}", f"undefine {name}")
        said = self.virsh(f"; echo --err {_BETWEEN}; ".join(f"net-{each}" for each in does), stdin=xml)
        define, start, *_ = said.stderr.split(f"error: {_BETWEEN}\n")
        if define.strip():
            return Verdict(answer(Output(1, "", define)))
        assert name_in(said) == name
        return Verdict(Answer(True), answer(Output(int(bool(start.strip())), "", start)))

    def judge_domain(self, xml: str | bytes) -> Verdict:
        """Define and start one guest, and remove it again."""
        return self._judge("", xml)

    def renew(self) -> None:
        """Be as at the start. To make a host again takes less time than to stop a network, and leaves nothing of it."""
        if not self._is_fresh:
            self.close()
            self.__enter__()

    def reset(self) -> None:
        """Forget every guest, network and filter except libvirt's own. Links made by hand stay."""
        running, defined, started, networks, filters = self._listed(
            "list --uuid", "list --all --uuid", "net-list --uuid", "net-list --all --uuid", "nwfilter-list"
        )
        removals = (
            *(f"destroy {each}" for each in running.split()),
            *(f"undefine {each} --nvram" for each in defined.split()),
            *(f"net-destroy {each}" for each in started.split()),
            *(f"net-undefine {each}" for each in networks.split()),
        )
        if removals:
            self.virsh("; ".join(removals))
        # A filter cannot be removed before the filters that refer to it.
        added = [each for each in _filters_in(filters) if each not in self._filters]
        while added:
            if not any(self.virsh("nwfilter-undefine", each).code == 0 for each in added):
                raise OracleError(f"cannot remove the filters {added}")
            added = [each for each in self._filter_names() if each not in self._filters]

    def _listed(self, *commands: str) -> list[str]:
        """The output of several commands of one virsh, because a virsh for each takes longer than libvirt does."""
        said = self.virsh(f"; echo {_BETWEEN}; ".join(commands))
        outputs = said.stdout.split(f"{_BETWEEN}\n")
        if len(outputs) != len(commands):
            raise OracleError(f"libvirtd does not list what it has: {said.stderr.strip()}")
        return outputs

    def _judge(self, kind: str, xml: str | bytes) -> Verdict:
        defined = self.virsh(f"{kind}define", "/dev/stdin", stdin=xml)
        if defined.code:
            return Verdict(answer(defined))
        name = name_in(defined)
        try:
            started = self.start_network(name) if kind else self.start_domain(name)
            if started.ok:
                self.virsh(f"{kind}destroy", name)
        finally:
            self.virsh(f"{kind}undefine", name)
        return Verdict(Answer(True), started)

    def _filter_names(self) -> list[str]:
        return _filters_in(self.virsh("nwfilter-list").stdout)

    def _wait_until_it_answers(self, init: subprocess.Popen[str], seconds: float = 30) -> None:
        assert init.stdout is not None
        assert init.stderr is not None
        pid = init.stdout.readline().strip()
        if not pid:
            raise OracleError(f"cannot make the host: {init.stderr.read().strip()}")
        self._enter = ("nsenter", "--target", pid, "--mount", "--net", "--pid", "--wd=/", "--")
        end = time.monotonic() + seconds
        while (heard := self.virsh("net-list")).code:
            if init.poll() is not None or time.monotonic() > end:
                raise OracleError(f"libvirtd does not answer: {heard.stderr.strip()}")
            time.sleep(0.05)


def _filters_in(table: str) -> list[str]:
    return re.findall(r"^ \S+ +(.+?) *$", table, re.MULTILINE)[1:]


def name_in(defined: Output) -> str:
    """The name that virsh printed, which is right even for texts in odd encodings or broken ones that are accepted."""
    name = re.match(r"(?:Network|Domain) '?(.*?)'? defined from ", defined.stdout, re.DOTALL)
    if name is None:
        raise OracleError(f"virsh did not say what it defined: {defined.stdout!r}")
    return name[1]


def _any_of(words: Sequence[str]) -> str:
    return "|".join(f'*" {each} "*' for each in words)


def _backend(name: str | None) -> str:
    return f"printf 'firewall_backend = \"{name}\"\\n' >/etc/libvirt/network.conf" if name else ":"


def answer(output: Output) -> Answer:
    """Return what libvirt said, without the words of virsh before it."""
    if output.code == 0:
        return Answer(True)
    said = re.sub(r"\Aerror: Failed to [^\n]*\n(?=error: )", "", output.stderr.strip())
    return Answer(False, said.removeprefix("error: "))
