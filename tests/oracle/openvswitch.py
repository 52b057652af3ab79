"""Open vSwitch on the host of an oracle.

Its bridges have the userspace datapath, which needs no kernel module. libvirt does not see the difference: it calls
`ovs-vsctl`. Needs the package openvswitch-switch in the system that the oracle runs.
"""

from __future__ import annotations

import shlex

from .libvirtd import Libvirtd, OracleError

_RUN = "/run/openvswitch"
_START = f"""\
set -e
mkdir -p {_RUN}
ovsdb-tool create {_RUN}/conf.db /usr/share/openvswitch/vswitch.ovsschema
ovsdb-server --remote=punix:{_RUN}/db.sock --pidfile={_RUN}/ovsdb-server.pid --unixctl={_RUN}/ovsdb-server.ctl \\
    --detach --no-chdir --log-file={_RUN}/ovsdb-server.log {_RUN}/conf.db
ovs-vsctl --no-wait init
ovs-vswitchd --pidfile={_RUN}/ovs-vswitchd.pid --unixctl={_RUN}/ovs-vswitchd.ctl \\
    --detach --no-chdir --log-file={_RUN}/ovs-vswitchd.log unix:{_RUN}/db.sock
"""


def has_openvswitch(libvirtd: Libvirtd) -> bool:
    """Whether Open vSwitch is installed where an oracle runs."""
    return libvirtd.run("sh", "-c", "command -v ovs-vswitchd").code == 0


def start_openvswitch(libvirtd: Libvirtd, *bridges: str) -> None:
    """Start Open vSwitch beside a running libvirtd, with these bridges. It ends with libvirtd."""
    added = (
        f"ovs-vsctl --timeout=10 add-br {name} -- set bridge {name} datapath_type=netdev\nip link set {name} up\n"
        for name in map(shlex.quote, bridges)
    )
    done = libvirtd.run("sh", "-c", _START + "".join(added))
    if done.code:
        raise OracleError(f"Open vSwitch does not start: {done.stderr.strip()}")


def port(libvirtd: Libvirtd, name: str) -> dict[str, str]:
    """What Open vSwitch has in its database of a port: its tag, its trunks and so on."""
    listed = libvirtd.run("ovs-vsctl", "--timeout=10", "list", "port", name).stdout
    pairs = (line.partition(":") for line in listed.splitlines())
    return {key.strip(): value.strip() for key, _, value in pairs}
