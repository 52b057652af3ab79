"""Documents of each kind that the schemas accept and reject, by what they are about."""

from tests.schemas.examples import devices, guest, interface, network, nwfilter, reported, sampled

ACCEPTED: dict[str, dict[str, str]] = {
    "network": network.ACCEPTED | sampled.NETWORK_ACCEPTED,
    "nwfilter": nwfilter.ACCEPTED,
    "domain": interface.ACCEPTED | guest.ACCEPTED | devices.ACCEPTED | sampled.DOMAIN_ACCEPTED,
    "networkport": reported.PORT_ACCEPTED,
    "domainsnapshot": reported.SNAPSHOT_ACCEPTED,
}
REJECTED: dict[str, dict[str, str]] = {
    "network": network.REJECTED | sampled.NETWORK_REJECTED,
    "nwfilter": nwfilter.REJECTED,
    "domain": interface.REJECTED | guest.REJECTED | devices.REJECTED | sampled.DOMAIN_REJECTED,
    "networkport": reported.PORT_REJECTED,
    "domainsnapshot": reported.SNAPSHOT_REJECTED,
}
KINDS = tuple(ACCEPTED)
