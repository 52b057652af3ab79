"""How long the matcher takes: to load its grammar, to explain a guest of 200 lines, and as documents grow.

usage: python -m benchmarks.matching
"""

import sys
import time
from collections.abc import Callable
from statistics import median

from vnetlint.inputkey import FileKey
from vnetlint.schema.compiled import load
from vnetlint.schema.derive import explain
from vnetlint.schema.judge import grammar_of
from vnetlint.schema.sets import schema_for
from vnetlint.xml.node import Node
from vnetlint.xml.source import Source
from vnetlint.xml.tree import parse

RUNS = 9
_DISK = """    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/>
      <source file='/var/lib/{}.qcow2'/>
      <target dev='vd{}' bus='virtio'/>
    </disk>
"""
_INTERFACE = """    <interface type='network'>
      <mac address='52:54:00:00:{:02x}:{:02x}'/>
      <source network='default'/>
      <model type='virtio'/>
    </interface>
"""


def main() -> int:
    """Print the curve and the figures, all in processor time."""
    load(schema_for("domain"))
    loading = _milliseconds(lambda: load(schema_for("domain")))
    for count in (100, 1_000, 10_000):
        root = _guest(count)
        took = _milliseconds(lambda root=root: explain(root, grammar_of("domain")), runs=1)  # type: ignore[misc]
        print(f"{count:6} devices explained in {took:8.1f} ms, {took / count:.3f} ms each")
    wrong = _guest(36, fault=True)
    assert len(explain(wrong, grammar_of("domain"))) == 1
    # A grammar remembers what it has read, so each run gets a fresh one, as a command does.
    grammars = iter([load(schema_for("domain")) for _ in range(RUNS)])
    explaining = _milliseconds(lambda: explain(wrong, next(grammars)))
    again = _milliseconds(lambda: explain(wrong, grammar_of("domain")))
    print(f"the same text again, as an editor asks for it: {again:.1f} ms")
    print(f"loading {loading:.1f} ms, explaining {explaining:.1f} ms")
    return 0


def _guest(devices: int, fault: bool = False) -> Node:
    body = "".join(
        _DISK.format(number, number) if number % 2 else _INTERFACE.format(number // 256 % 256, number % 256)
        for number in range(devices)
    )
    if fault:
        body = body.replace("<model type=", "<modell type=", 1)
    head = "<domain type='kvm'>\n  <name>web</name>\n  <memory>1</memory>\n  <os>\n    <type>hvm</type>\n  </os>\n"
    text = f"{head}  <devices>\n{body}  </devices>\n</domain>\n"
    return parse(Source(FileKey("web.xml"), text))[0].root


def _milliseconds(work: Callable[[], object], runs: int = RUNS) -> float:
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append((time.process_time() - start) * 1000)
    return median(times)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
