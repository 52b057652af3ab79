"""A network tells its guests to boot from a file that nobody serves.

With `<bootp file=…>` and no `server`, guests ask the host for the file. Unless `<tftp root=…>` makes dnsmasq serve
files there, they get no answer. A boot file that is a URL names its server itself.

## What to do
To serve the file from a folder of the host, add `<tftp root='…'/>` to the `<ip>`. If another machine serves it, or a
TFTP server of the host's own, set `server` on `<bootp>` to its address. If guests do not boot over the network, remove
`<bootp>`.

## Bad
```xml
<network>
  <name>lan</name>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <bootp file='pxelinux.0'/>
    </dhcp>
  </ip>
</network>
```

## Report
```text
lan.xml:6:7: warning: the boot file 'pxelinux.0' has no server: the network has no <tftp> [boot-file-without-server]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
    </dhcp>
  </ip>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <ip address='192.168.20.1' prefix='24'>
    <tftp root='/var/lib/tftpboot'/>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <bootp file='pxelinux.0'/>
    </dhcp>
  </ip>
</network>
```
```xml
<network>
  <name>lan</name>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <bootp file='http://boot.example.com/ipxe'/>
    </dhcp>
  </ip>
</network>
```

## Fix safety
A choice: a TFTP server of the host's own may serve the file. Which folder or server to add only a person knows, so
these two are shown only.

## Libvirt
Never: dnsmasq gets `dhcp-boot=pxelinux.0`.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkDnsmasqConfContents()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, advise, edit, fix, known, problem, rule


@rule(
    "boot-file-without-server",
    code="VN1501",
    on=Network,
    severity="warning",
    when="never",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    served = any(ip.node.child("tftp") for ip in network.ips)
    if served or not network.owns_bridge or network.sets_dnsmasq(*SERVED):
        return
    for ip in network.ips:
        bootp = ip.dhcp.child("bootp") if ip.dhcp and ip.family == "ipv4" else None
        file = known(bootp.get("file")) if bootp else None
        if bootp is None or file is None or "://" in file or "server" in bootp.attributes:
            continue
        yield problem(
            bootp,
            f"the boot file '{file}' has no server: the network has no <tftp>",
            fix("Remove <bootp>", edit.remove(bootp), safety="choice"),
            advise("Serve a folder of the host by TFTP", "<tftp root='/var/lib/tftpboot'/>"),
            advise("Name the server", f"<bootp file='{file}' server='ADDRESS'/>"),
        )


SERVED = ("dhcp-boot", "enable-tftp", "tftp-", "pxe-")
"""Options of dnsmasq that serve files, or name the server that does."""
