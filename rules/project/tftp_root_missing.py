"""The folder for TFTP does not exist on the host, so the network does not start.

dnsmasq looks for the folder when the network starts, and stops if there is none. It looks for a relative path in `/`.
The rule needs an inventory with `folders`, a list of those that exist.

## What to do
Create the folder on the host, or set `root` to one that exists. If no guest boots from the network, remove `<tftp>`.

## Bad
```xml lab.xml
<network>
  <name>lab</name>
  <ip address='192.168.20.1' prefix='24'>
    <tftp root='/var/lib/tftpboot'/>
  </ip>
</network>
```
```json host.json
{"version": 1, "folders": ["/srv", "/var/lib"]}
```

## Report
```text
lab.xml:4:11: error: TFTP folder '/var/lib/tftpboot' does not exist on the host [tftp-root-missing]
```

## Fixed
```xml lab.xml
<network>
  <name>lab</name>
  <ip address='192.168.20.1' prefix='24'>
  </ip>
</network>
```

## Good
```xml
<network>
  <name>lab</name>
  <ip address='192.168.20.1' prefix='24'>
    <tftp root='/srv/tftp/'/>
  </ip>
</network>
```
```json host.json
{"version": 1, "folders": ["/srv/tftp"]}
```

## Fix safety
Choice: guests that boot from the folder need it. If the inventory has a folder with `tftp` in its name, that folder is
proposed first. The command that creates the missing folder is shown.

## Libvirt
At start: dnsmasq stops, and libvirt repeats its message
`TFTP directory /var/lib/tftpboot inaccessible: No such file or directory`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkDnsmasqConfTFTP()
"""

from collections.abc import Iterable, Iterator
from shlex import quote

from vnetlint.api import Fix, Network, Node, Problem, Project, advise, edit, fix, known, problem, rule


@rule("tftp-root-missing", code="VN3206", on=Network, severity="error", when="start", since="0.1")
def check(network: Network, project: Project) -> Iterator[Problem]:
    host = project.host
    if host is None or host.inventory.folders is None or not network.owns_bridge:
        return
    for tftp, root in _roots(network):
        if host.has_folder(f"/{root}"):
            continue
        yield problem(
            tftp.attributes["root"],
            f"TFTP folder '{root}' does not exist on the host",
            _use_another(tftp, host.inventory.folders),
            fix("Remove <tftp>", edit.remove(tftp), safety="choice"),
            advise("Create the folder on the host", f"mkdir -p {quote(root if root.startswith('/') else f'/{root}')}"),
            libvirt_message=f"TFTP directory {root} inaccessible: No such file or directory",
        )


def _roots(network: Network) -> Iterator[tuple[Node, str]]:
    """Each `<tftp>` that libvirt reads, with its folder where that is known."""
    for tftp in (each for ip in network.ips if ip.family == "ipv4" for each in ip.node.all("tftp")[:1]):
        root = known(tftp.get("root"))
        if root is not None:
            yield tftp, root


def _use_another(tftp: Node, folders: Iterable[str]) -> tuple[Fix, ...]:
    meant = next((each for each in sorted(folders) if "tftp" in each.rsplit("/", 1)[-1]), None)
    return fix(f"Use {meant} instead", edit.set_attribute(tftp, "root", meant), safety="choice") if meant else ()
