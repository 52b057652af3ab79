"""The name of a bridge does not begin with the site.

All hosts of a site send their logs to one place, where a bridge is known by its name alone. A name such as
`ham-lab` says that the bridge is in Hamburg.

## What to do
Begin the name with the site. Guests use the name of the network, so nothing else changes.

## Bad
```xml lan.xml
<network>
  <name>lab</name>
  <bridge name='virbr-lab'/>
  <ip address='10.20.0.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:3:11: warning: bridge name 'virbr-lab' does not begin with the site 'ham-' [bridge-without-site]
```

## Fixed
```xml lan.xml
<network>
  <name>lab</name>
  <bridge name='ham-lab'/>
  <ip address='10.20.0.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lab</name>
  <bridge name='ham-lab'/>
  <ip address='10.20.0.1' prefix='24'/>
</network>
```

## Options
- `site`: the beginning of every name.

```toml
[options.bridge-without-site]
site = "ber-"
```
```text
lan.xml:3:11: warning: bridge name 'virbr-lab' does not begin with the site 'ber-' [bridge-without-site]
```

## Fix safety
Unsafe: what refers to the bridge by its name, such as a rule of the firewall, has to be changed too.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from vnetlint.api import Network, Problem, edit, fix, option, problem, rule


@dataclass(frozen=True)
class Options:
    """The options of the rule."""

    site: str = option("ham-", pattern="[a-z]{3}-")


@rule(
    "bridge-without-site",
    code="ACME001",
    on=Network,
    severity="warning",
    when="never",
    since="1.0",
    options=Options,
)
def check(network: Network, options: Options) -> Iterator[Problem]:
    """Report the bridge of a network whose name begins otherwise. A name that is not known is None."""
    bridge, name = network.bridge, network.bridge_name
    if bridge is None or name is None or name.startswith(options.site):
        return
    new = options.site + name.removeprefix("virbr").lstrip("-")
    yield problem(
        bridge.attribute("name") or bridge,
        f"bridge name '{name}' does not begin with the site '{options.site}'",
        fix(f"Rename it to {new}", edit.set_attribute(bridge.node, "name", new), safety="unsafe"),
    )
