"""Whole documents around the part that an example is about."""

UUID = "6a1f3c58-7d0e-4c4b-9b6e-2f8d51c0aa17"


def network(inside: str, attributes: str = "") -> str:
    return f"<network{attributes}><name>lab</name>{inside}</network>"


def rule(inside: str, attributes: str = "") -> str:
    return f"<filter name='guard'><rule action='drop' direction='in'{attributes}>{inside}</rule></filter>"


def domain(devices: str, beside: str = "") -> str:
    return (
        f"<domain type='kvm'><name>mill</name><memory>65536</memory><os><type>hvm</type></os>{beside}"
        f"<devices>{devices}</devices></domain>"
    )


def interface(kind: str, inside: str, attributes: str = "") -> str:
    return domain(f"<interface type='{kind}'{attributes}>{inside}</interface>")


def port(inside: str) -> str:
    owner = f"<owner><name>mill</name><uuid>{UUID}</uuid></owner>"
    return f"<networkport><uuid>{UUID}</uuid>{owner}<mac address='52:54:00:00:00:01'/>{inside}</networkport>"


def snapshot(inside: str) -> str:
    return f"<domainsnapshot>{inside}</domainsnapshot>"
