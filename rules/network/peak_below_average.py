"""A bandwidth's peak is below its average, so the average is never reached.

`average` is the rate that may flow all the time, and `peak` the rate that may flow when there is bandwidth to spare.
libvirt passes both to the kernel unchanged, where the peak is the ceiling.

## What to do
If guests need the average, raise `peak` to `average` or more. If the limit that applies today is right, lower `average`
to `peak`.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bandwidth>
    <inbound average='1000' peak='500'/>
  </bandwidth>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:5:29: warning: invalid value '500' for 'peak': expected at least the average of 1000 [peak-below-average]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bandwidth>
    <inbound average='1000' peak='1000'/>
  </bandwidth>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bandwidth>
    <inbound average='500' peak='1000'/>
  </bandwidth>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
A choice: with a higher peak more traffic passes than today. With a lower average the limit stays as it is.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#quality-of-service
- libvirt src/util/virnetdevbandwidth.c, virNetDevBandwidthSet()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Problem, View, edit, fix, problem, rule


@rule(
    "peak-below-average",
    code="VN1523",
    on=(Network, Interface),
    severity="warning",
    when="never",
    since="0.1",
)
def check(user: Network | Interface) -> Iterator[Problem]:
    for rate in (rate for plug in user.plugs for rate in plug.rates if rate.name == "inbound"):
        average, peak = View(rate).number("average"), View(rate).number("peak")
        if average and peak and peak < average:
            edits = edit.set_attribute(rate, "peak", str(average))
            yield problem(
                rate.attributes["peak"],
                f"invalid value '{peak}' for 'peak': expected at least the average of {average}",
                fix(f"Set peak to {average}", edits, safety="choice"),
                fix(f"Set average to {peak}", edit.set_attribute(rate, "average", str(peak)), safety="choice"),
            )
