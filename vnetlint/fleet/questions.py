"""What is asked of the facts of a fleet, as SQL that DuckDB and Spark read alike: joins, groups and windows only.

Each question has one pass that groups, and a join with the few groups that are wrong. No answer grows with the square
of the hosts.
"""

MACS = """
WITH nics AS (
  SELECT host, path, span_start, span_end, element, name, uuid, mac, lan
  FROM facts WHERE kind = 'nic' AND lan IS NOT NULL AND mac IS NOT NULL
), shared AS (
  SELECT lan, mac FROM nics GROUP BY lan, mac HAVING MIN(host) <> MAX(host)
), ranked AS (
  SELECT nics.*, ROW_NUMBER() OVER (PARTITION BY nics.lan, nics.mac ORDER BY host, path, span_start) AS place
  FROM nics JOIN shared ON nics.lan = shared.lan AND nics.mac = shared.mac
)
SELECT own.host, own.path, own.span_start, own.span_end, own.element,
       first.host, first.path, first.span_start, first.span_end, own.mac, own.lan, first.name
FROM ranked AS own JOIN ranked AS first ON own.lan = first.lan AND own.mac = first.mac AND first.place = 1
WHERE own.place > 1 AND own.host <> first.host
  AND (own.name IS NULL OR first.name IS NULL OR own.name <> first.name)
  AND (own.uuid IS NULL OR first.uuid IS NULL OR own.uuid <> first.uuid)
"""
"""NICs with the MAC address of another guest on the same LAN. A guest that two hosts have is one guest."""

SUBNETS = """
WITH subnets AS (
  SELECT host, path, span_start, span_end, element, network, router, low, high, detail
  FROM facts WHERE kind = 'subnet' AND router IS NOT NULL AND low IS NOT NULL AND high IS NOT NULL
), sorted AS (
  SELECT subnets.*, MAX(high) OVER (
    PARTITION BY router ORDER BY low, high DESC, host, path, span_start
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
  FROM subnets
), islands AS (
  SELECT sorted.*, SUM(CASE WHEN before >= low THEN 0 ELSE 1 END) OVER (
    PARTITION BY router ORDER BY low, high DESC, host, path, span_start
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS island
  FROM sorted
), ranked AS (
  SELECT islands.*, ROW_NUMBER() OVER (
    PARTITION BY router, island ORDER BY low, high DESC, host, path, span_start) AS place
  FROM islands
)
SELECT own.host, own.path, own.span_start, own.span_end, own.element,
       first.host, first.path, first.span_start, first.span_end,
       own.network, first.network, own.router, own.detail, first.detail
FROM ranked AS own JOIN ranked AS first
  ON own.router = first.router AND own.island = first.island AND first.place = 1
WHERE own.place > 1 AND own.host <> first.host
"""
"""Subnets behind one router that another host has too. Of subnets that overlap one contains the other, so the widest
one of each group, which comes first, is the one that all others are compared with."""

_MEMBERS = """members AS (
  SELECT migration, host, MAX(CASE WHEN complete THEN 1 ELSE 0 END) AS complete
  FROM facts WHERE kind = 'host' AND migration IS NOT NULL GROUP BY migration, host
)"""

_MISSING = """
WITH {members}, used AS (
  SELECT DISTINCT members.migration, facts.host, facts.{names} AS named, facts.path
  FROM facts JOIN members ON facts.host = members.host
  WHERE facts.kind = 'use' AND facts.mode IN ({types}) AND facts.{names} IS NOT NULL
), have AS (
  {have}
), wanted AS (
  SELECT used.migration, used.named, COUNT(*) AS guests, COUNT(DISTINCT used.host) AS hosts
  FROM used JOIN have ON used.host = have.host AND used.named = have.named GROUP BY used.migration, used.named
), missing AS (
  SELECT members.host, members.complete, wanted.*
  FROM wanted JOIN members ON members.migration = wanted.migration
  LEFT JOIN have ON have.host = members.host AND have.named = wanted.named
  WHERE have.host IS NULL{known}
), ranked AS (
  SELECT facts.host, facts.path, facts.span_start, facts.span_end, facts.element, members.migration,
         facts.{names} AS named, ROW_NUMBER() OVER (
           PARTITION BY members.migration, facts.{names} ORDER BY facts.host, facts.path, facts.span_start) AS place
  FROM facts JOIN members ON facts.host = members.host
  JOIN have ON facts.host = have.host AND facts.{names} = have.named
  WHERE facts.kind = 'use' AND facts.mode IN ({types}) AND facts.{names} IN (SELECT named FROM missing)
)
SELECT ranked.host, ranked.path, ranked.span_start, ranked.span_end, ranked.element,
       missing.host, missing.named, missing.guests, missing.hosts, missing.migration, missing.complete
FROM missing JOIN ranked
  ON ranked.migration = missing.migration AND ranked.named = missing.named AND ranked.place = 1
"""

MISSING_NETWORKS = _MISSING.format(
    members=_MEMBERS,
    names="network",
    types="'network'",
    have="SELECT DISTINCT host, name AS named FROM facts WHERE kind = 'network' AND name IS NOT NULL",
    known="",
)
"""Networks that guests use and another host of their group does not have, each with the first guest that uses it."""

MISSING_DEVICES = _MISSING.format(
    members=_MEMBERS,
    names="bridge",
    types="'bridge', 'direct'",
    have="""SELECT DISTINCT host, name AS named FROM facts WHERE kind = 'device' AND name IS NOT NULL
  UNION SELECT DISTINCT host, bridge FROM facts WHERE kind = 'network' AND bridge IS NOT NULL""",
    known=" AND members.host IN (SELECT host FROM facts WHERE kind = 'device' AND complete)",
)
"""Bridges and NICs that guests name and another host of their group, whose devices are all known, does not have."""

_PROPERTY = """SELECT members.migration, facts.host, path, span_start, span_end, element, name, '{what}' AS what,
         {value} AS value
  FROM facts JOIN members ON facts.host = members.host WHERE kind = 'network' AND path IS NOT NULL AND {known}"""
_PROPERTIES = (
    ("mode", "mode", "mode IS NOT NULL"),
    ("MTU", "CAST(mtu AS {text})", "mtu IS NOT NULL"),
    ("LAN", "lan", "lan IS NOT NULL"),
    ("bridge", "bridge", "bridge IS NOT NULL AND mode = 'bridge'"),
    ("subnets", "subnets", "subnets IS NOT NULL"),
    ("port groups", "COALESCE(detail, '')", "mode IS NOT NULL"),
)

_DIFFERENT = """
WITH {members}, networks AS (
  {properties}
), counted AS (
  SELECT migration, name, what, value, COUNT(DISTINCT host) AS hosts, MIN(host) AS host
  FROM networks GROUP BY migration, name, what, value
), totals AS (
  SELECT migration, name, what, COUNT(*) AS kinds, SUM(hosts) AS hosts FROM counted GROUP BY migration, name, what
), usual AS (
  SELECT counted.*, ROW_NUMBER() OVER (PARTITION BY migration, name, what ORDER BY hosts DESC, host) AS place
  FROM counted
), examples AS (
  SELECT networks.*, ROW_NUMBER() OVER (
    PARTITION BY migration, name, what, value ORDER BY host, path, span_start) AS place
  FROM networks
)
SELECT networks.host, networks.path, networks.span_start, networks.span_end, networks.element,
       examples.host, examples.path, examples.span_start, examples.span_end,
       networks.name, networks.what, networks.value, usual.value, usual.hosts, totals.hosts, networks.migration
FROM networks
JOIN totals ON totals.migration = networks.migration AND totals.name = networks.name AND totals.what = networks.what
JOIN usual ON usual.migration = networks.migration AND usual.name = networks.name AND usual.what = networks.what
JOIN examples ON examples.migration = networks.migration AND examples.name = networks.name
  AND examples.what = networks.what AND examples.value = usual.value
WHERE totals.kinds > 1 AND usual.place = 1 AND examples.place = 1 AND networks.value <> usual.value
"""


def differences(text: str = "VARCHAR") -> str:
    """Return the question for networks of one name that differ within a group from what most of its hosts have.

    `text` is the engine's name for the type of texts.
    """
    parts = (
        _PROPERTY.format(what=what, value=value.format(text=text), known=known) for what, value, known in _PROPERTIES
    )
    return _DIFFERENT.format(members=_MEMBERS, properties="\n  UNION ALL\n  ".join(parts))
