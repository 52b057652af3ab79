"""The host of a private libvirtd as a machine that `vnetlint host` asks, whatever system it has."""

import shlex

from tests.oracle.libvirtd import Libvirtd
from vnetlint.host.collect.system import Output, System


def system_of(daemon: Libvirtd) -> System:
    """Return the machine in the namespaces of a daemon. It needs no Python there."""

    def run(command: tuple[str, ...]) -> Output:
        done = daemon.run("env", "LC_ALL=C", *command)
        return Output(done.code, done.stdout, "not installed" if done.code == 127 else done.stderr)

    def read(path: str) -> str | None:
        done = daemon.run("cat", path)
        return done.stdout if done.code == 0 else None

    def paths(pattern: str) -> tuple[str, ...]:
        folder, _, name = pattern.rpartition("/")
        quoted = "/".join(each if "*" in each else shlex.quote(each) for each in (*folder.split("/"), name))
        return tuple(daemon.run("sh", "-c", f"cd / && ls -d {quoted} 2>/dev/null").stdout.splitlines())

    def target(path: str) -> str | None:
        done = daemon.run("sh", "-c", f"[ -L {shlex.quote(path)} ] && readlink -f {shlex.quote(path)}")
        return done.stdout.strip() or None

    return System(run, read, paths, target)
