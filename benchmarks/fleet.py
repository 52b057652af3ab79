"""A fleet judged by its facts: how long it takes, how much memory, and whether exactly what was planted is found.

usage: python -m benchmarks.fleet [GUESTS] [FOLDER]

The facts are made by two processes, in FOLDER if it is named, and judged by the command `check --facts`.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from vnetlint.fleet.rows import COLUMNS, FORMAT, MARK

GUESTS = "20000"
ON_A_HOST = 50
IN_A_GROUP = 20
IN_A_FILE = 50_000
"""Guests in a file of facts."""

_FINDING = (
    '["mtu-not-told","VN2000","g\' || g || \'.xml",100,120,"/domain/devices/interface[1]","found on the host","info",'
    '"never",null,"high",[],[]]'
)
_ROWS = {
    "host": "SELECT host, host AS name, grp AS migration, true AS complete, '0.1.0' AS detail FROM hosts",
    "device": """SELECT host, device AS name, true AS complete
      FROM hosts, (VALUES ('br0'), ('br1'), ('br7')) AS devices(device)
      WHERE NOT (device = 'br7' AND h % 400 = 100)""",
    "network": """SELECT host, 'lan.xml' AS path, 10 AS span_start, 20 AS span_end, '/network' AS element,
        'lan' AS name, 'bridge' AS mode, 'br0' AS bridge, CASE WHEN h % 400 = 200 THEN 9000 ELSE 1500 END AS mtu,
        grp AS lan, '' AS detail
      FROM hosts UNION ALL
      SELECT host, 'storage.xml', 10, 20, '/network', 'storage', 'bridge', 'br1', 9000, 'storage-' || grp, ''
      FROM hosts WHERE h % 400 <> 399 UNION ALL
      SELECT host, 'default.xml', 10, 20, '/network', 'default', 'nat', 'virbr0', 1500, NULL, '' FROM hosts""",
    "subnet": """SELECT host, 'routed.xml' AS path, 90 AS span_start, 120 AS span_end, '/network/ip' AS element,
        'routed-' || h AS network, '192.168.0.1 on LAN ''' || grp || '''' AS router,
        '4:' || printf('%032x', 167772160 + 256 * s) AS low, '4:' || printf('%032x', 167772160 + 256 * s + 255) AS high,
        'subnet ' || s AS detail
      FROM (SELECT *, CASE WHEN h % 200 = 199 THEN h - 1 ELSE h END AS s FROM hosts)""",
    "nic": """SELECT host, 'g' || g || '.xml' AS path, 200 AS span_start, 230 AS span_end,
        '/domain/devices/interface[1]/mac' AS element, 'guest-' || g AS name, md5('' || g) AS uuid,
        'network' AS mode, 'lan' AS network,
        printf('52:54:%012x', CASE WHEN g % 1000 = 999 THEN g - 60 ELSE g END) AS mac, grp AS lan
      FROM guests UNION ALL
      SELECT host, 'g' || g || '.xml', 300, 330, '/domain/devices/interface[2]/mac', 'guest-' || g, md5('' || g),
        'network', 'storage',
        printf('52:55:%012x', CASE WHEN g % 1000 = 500 AND g > 1000 THEN g - 1000 ELSE g END), 'storage-' || grp
      FROM guests""",
    "use": """SELECT host, 'g' || g || '.xml' AS path, 240 AS span_start, 260 AS span_end,
        '/domain/devices/interface[1]/source' AS element, 'guest-' || g AS name, md5('' || g) AS uuid,
        CASE WHEN b THEN 'bridge' ELSE 'network' END AS mode, CASE WHEN NOT b THEN 'lan' END AS network,
        CASE WHEN b THEN 'br7' END AS bridge
      FROM (SELECT *, g % 50 = 0 AND h % 400 <> 100 AS b FROM guests) UNION ALL
      SELECT host, 'g' || g || '.xml', 340, 360, '/domain/devices/interface[2]/source', 'guest-' || g, md5('' || g),
        'network', 'storage', NULL
      FROM guests WHERE h % 400 <> 399""",
    "file": """SELECT host, 'g' || g || '.xml' AS path,
        [CAST(i * 31 + hash(g, i) % 17 AS BIGINT) FOR i IN range(60)] AS line_starts
      FROM guests""",
    "finding": f"""SELECT host, 'g' || g || '.xml' AS path, 100 AS span_start, 120 AS span_end, 'mtu-not-told' AS name,
        'info' AS mode, '{_FINDING}' AS detail FROM guests WHERE g % 50 = 7""",
}
"""The rows of each kind. What differs every so many hosts or guests is what is planted."""


def planted(guests: int) -> dict[str, int]:
    """Return how many findings of each rule a fleet has."""
    hosts = guests // ON_A_HOST
    every = {"mac-on-one-lan-twice": (1000, 999, guests), "fleet-subnet-overlap": (200, 199, hosts),
             "migration-network-missing": (400, 399, hosts), "migration-device-missing": (400, 100, hosts),
             "migration-network-differs": (400, 200, hosts), "mtu-not-told": (50, 7, guests)}  # fmt: skip
    return {name: len(range(first, total, step)) for name, (step, first, total) in every.items()}


def write(arguments: tuple[str, int, int]) -> None:
    """Write the facts of the guests from one number to another."""
    import duckdb

    path, first, last = arguments
    named = f"'host-' || printf('%06d', h) AS host, 'group-' || h // {IN_A_GROUP} AS grp"
    none = ", ".join(f"CAST(NULL AS {kind}) AS {each}" for each, kind in COLUMNS.items())
    parts = (
        f"SELECT {none} WHERE false",
        *(f"SELECT '{kind}' AS kind, * FROM ({rows})" for kind, rows in _ROWS.items()),
    )
    with duckdb.connect() as database:
        database.execute("SET threads = 1")
        database.execute(
            f"CREATE TABLE hosts AS SELECT range AS h, {named} FROM range({first // ON_A_HOST}, {last // ON_A_HOST})"
        )
        database.execute(
            f"CREATE VIEW guests AS SELECT range AS g, g // {ON_A_HOST} AS h, {named} FROM range({first}, {last})"
        )
        database.execute(
            f"COPY ({' UNION ALL BY NAME '.join(parts)})"
            f" TO '{path}' (FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{MARK}: '{FORMAT}'}})"
        )


def shards(folder: Path, guests: int) -> Iterator[tuple[str, int, int]]:
    """Yield the files of a fleet, each with its first guest and the one behind its last."""
    for first in range(0, guests, IN_A_FILE):
        yield str(folder / f"hosts-{first:08}.parquet"), first, min(first + IN_A_FILE, guests)


def main(guests: str = GUESTS, folder: str = "") -> int:
    """Make a fleet, judge it, and print what it took."""
    if folder:
        return _measure(int(guests), Path(folder))
    with tempfile.TemporaryDirectory() as made:
        return _measure(int(guests), Path(made))


def _measure(guests: int, folder: Path) -> int:
    folder.mkdir(exist_ok=True)
    start = time.perf_counter()
    with ProcessPoolExecutor(2) as workers:
        list(workers.map(write, shards(folder, guests)))
    size = sum(each.stat().st_size for each in folder.glob("*.parquet"))
    took = time.perf_counter() - start
    print(f"{guests} guests on {guests // ON_A_HOST} hosts: {size / 1e6:.0f} MB of facts, made in {took:.1f} s")
    command = [
        sys.executable,
        "-m",
        "vnetlint",
        "check",
        "--facts",
        str(folder / "*.parquet"),
        "--exit-zero",
        "--isolated",
    ]
    start = time.perf_counter()
    run = subprocess.Popen([*command, "--statistics", "--output-format", "json"], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    said = run.stdout.read()
    _, status, usage = os.wait4(run.pid, 0)
    seconds, memory = time.perf_counter() - start, usage.ru_maxrss // 1024
    if status:
        return 1
    found = {name: each["count"] for name, each in json.loads(said)["rules"].items()}
    expected = planted(guests)
    for name in sorted({*found, *expected}):
        print(f"  {name}: {found.get(name, 0)} of {expected.get(name, 0)}")
    wrong = sum(found.get(name, 0) != expected.get(name, 0) for name in {*found, *expected})
    print(f"seconds {seconds:.1f}, megabytes {memory}, wrong {wrong}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
