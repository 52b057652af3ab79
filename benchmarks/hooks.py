"""A commit: `pre-commit run` on a repository of 500 files with 3 changed, and how much of the time vnetlint takes.

usage: python -m benchmarks.hooks [FILES [CHANGED]]
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests import checkout
from vnetlint.config.plan import RunPlanner
from vnetlint.config.runoptions import RunOptions
from vnetlint.engine.lint import lint
from vnetlint.files.read import read
from vnetlint.settings import Settings

RUNS = 9
HOSTS = 5
"""The number of hosts, each a folder with its own networks, guests and filters."""
A_NETWORK_SERVES = 8
GUESTS_OF_A_FILTER = 24
_CONFIGURATION = "external = ['default']\n"
_HOOKS = """repos:
  - repo: {0}
    rev: measured
    hooks:
      - id: vnetlint
"""
_NETWORK = """<network>
  <name>net{0}</name>
  <forward mode='nat'>
    <nat>
      <port start='1024' end='65535'/>
    </nat>
  </forward>
  <bridge name='virbr{0}' stp='on' delay='0'/>
  <domain name='net{0}.example.org' localOnly='yes'/>
  <ip address='10.{1}.{2}.1' netmask='255.255.255.0'>
    <dhcp>
      <range start='10.{1}.{2}.100' end='10.{1}.{2}.199'/>
      <host mac='52:54:00:00:{1:02x}:{2:02x}' name='first' ip='10.{1}.{2}.10'/>
    </dhcp>
  </ip>
</network>
"""
_FILTER = """<filter name='tenant{0}' chain='root'>
  <filterref filter='clean-traffic'/>
  <rule action='accept' direction='in' priority='500'>
    <tcp dstportstart='22'/>
  </rule>
  <rule action='accept' direction='in' priority='500'>
    <tcp dstportstart='443'/>
  </rule>
  <rule action='drop' direction='in' priority='1000'>
    <all/>
  </rule>
</filter>
"""
_GUEST = """<domain type='kvm'>
  <name>guest{0}</name>
  <memory unit='KiB'>4194304</memory>
  <currentMemory unit='KiB'>4194304</currentMemory>
  <vcpu placement='static'>2</vcpu>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <boot dev='hd'/>
  </os>
  <features>
    <acpi/>
    <apic/>
  </features>
  <cpu mode='host-model'/>
  <clock offset='utc'>
    <timer name='rtc' tickpolicy='catchup'/>
    <timer name='pit' tickpolicy='delay'/>
    <timer name='hpet' present='no'/>
  </clock>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/>
      <source file='/var/lib/libvirt/images/guest{0}.qcow2'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <controller type='usb' index='0' model='qemu-xhci'/>
    <controller type='pci' index='0' model='pcie-root'/>
    <interface type='network'>
      <mac address='52:54:01:{1}'/>
      <source network='net{2}'/>
      <model type='virtio'/>
      <filterref filter='tenant{3}'/>
    </interface>
    <serial type='pty'>
      <target port='0'/>
    </serial>
    <console type='pty'>
      <target type='serial' port='0'/>
    </console>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
    <graphics type='vnc' port='-1' autoport='yes'/>
    <video>
      <model type='virtio' heads='1' primary='yes'/>
    </video>
    <memballoon model='virtio'/>
    <rng model='virtio'>
      <backend model='random'>/dev/urandom</backend>
    </rng>
  </devices>
</domain>
"""


def main(count: str = "500", changed: str = "3") -> int:
    """Print the times of a commit's parts, and the figure."""
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        environment = checkout.environment(PRE_COMMIT_HOME=str(top / "cache"), XDG_CACHE_HOME=str(top / "user-cache"))
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        site = top / "site"
        paths = _write_site(site, int(count))
        (site / ".pre-commit-config.yaml").write_text(_HOOKS.format(checkout.published(top / "vnetlint", "measured")))
        checkout.commit_all(site)
        # Files from the whole site: a network and guests of several hosts.
        chosen = [paths[len(paths) * place // int(changed)] for place in range(int(changed))]
        for path in chosen:
            (site / path).write_text((site / path).read_text().replace("\n", "\n  <!-- changed -->\n", 1))
        checkout.git(site, "add", ".")
        hook = [str(Path(sys.executable).parent / "pre-commit"), "run"]
        first = _timed(hook, site, environment)
        script = str(next((top / "cache").glob("repo*/py_env-*/bin/vnetlint")))
        commands = {
            "pre-commit run": hook,
            "vnetlint check": [script, "check", *chosen],
            "vnetlint --version": [script, "--version"],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(RUNS):
            for name, command in commands.items():
                times[name].append(_timed(command, site, environment))
        print(f"the first run, which installs vnetlint: {first:.1f} s")
        for name, taken in times.items():
            print(f"{name:20} {median(taken):6.3f} s, of {RUNS} runs the fastest {min(taken):.3f} s")
        for part, seconds in _parts(site, chosen):
            print(f"  {part:18} {seconds:6.3f} s")
    print(f"commit {median(times['pre-commit run']):.2f} vnetlint {median(times['vnetlint check']):.2f}")
    return 0


def _write_site(site: Path, count: int) -> list[str]:
    """Write a site's files and return their names, host by host."""
    (site / "vnetlint.toml").parent.mkdir()
    (site / "vnetlint.toml").write_text(_CONFIGURATION)
    written: list[str] = []
    for host in range(HOSTS):
        own = range(host, count, HOSTS)
        networks = max(1, len(own) // (A_NETWORK_SERVES + 1))
        filters = max(1, len(own) // (GUESTS_OF_A_FILTER + 1))
        for place, number in enumerate(own):
            if place < networks:
                name, text = "networks/net", _NETWORK.format(number, 10 + number // 250, number % 250)
            elif place < networks + filters:
                name, text = "filters/tenant", _FILTER.format(number)
            else:
                mac = f"00:{number // 256:02x}:{number % 256:02x}"
                text = _GUEST.format(number, mac, own[place % networks], own[networks + place % filters])
                name = "guests/guest"
            path = f"host{host}/{name}{number}.xml"
            (site / path).parent.mkdir(parents=True, exist_ok=True)
            (site / path).write_text(text)
            written.append(path)
    return written


def _timed(command: list[str], folder: Path, environment: dict[str, str]) -> float:
    """Return the seconds of a command, which must report nothing because this site has no faults."""
    start = time.perf_counter()
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    took = time.perf_counter() - start
    if run.returncode:
        raise SystemExit(f"{' '.join(command)} exits with {run.returncode}:\n{run.stdout}{run.stderr}")
    return took


def _parts(site: Path, chosen: list[str]) -> list[tuple[str, float]]:
    """Return the times of the command's parts in one process, after all imports."""
    here = os.getcwd()
    os.chdir(site)
    inputs = [read(path) for path in chosen]
    lint(inputs, Settings())
    marks = [time.perf_counter()]
    (run,) = RunPlanner(RunOptions()).plan([read(path) for path in chosen])
    marks.append(time.perf_counter())
    lint(run.inputs, run.settings, run.context)
    marks.append(time.perf_counter())
    os.chdir(here)
    return [("reading all", marks[1] - marks[0]), ("judging", marks[2] - marks[1])]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
