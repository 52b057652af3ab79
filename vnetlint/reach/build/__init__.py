"""The world of one host, built from the files and the inventory: outside, host, networks, guests."""

from vnetlint.project import Project
from vnetlint.reach.answer import Endpoint
from vnetlint.reach.build.guests import add_guests
from vnetlint.reach.build.hostside import UPLINK, add_links, add_used
from vnetlint.reach.build.networks import add_networks
from vnetlint.reach.build.nothing import NOTHING
from vnetlint.reach.build.outside import add_outside
from vnetlint.reach.build.plan import Plan
from vnetlint.reach.build.probes import add_probes
from vnetlint.reach.firewall import Filtering
from vnetlint.reach.libvirtrules import LibvirtRules
from vnetlint.reach.station import Station
from vnetlint.reach.world import World


def build(project: Project, site: str, *, probes: bool = False) -> World:
    """Return the world of one host, by the key that `Site.host_of` gives to its files.

    With `probes`, each network has two guests more that nobody defined.
    """
    inventory = project.host.inventory if project.host is not None else NOTHING
    host = Station("host", Endpoint("host", "host"))
    internet = Station("internet", Endpoint("internet", "internet"), forwards=False)
    world = World(project, inventory, host, internet, Filtering(inventory, LibvirtRules({}), None))
    plan = Plan(project, site, world, probes)
    add_links(plan)
    add_networks(plan)
    add_used(plan)
    add_outside(plan)
    add_guests(plan)
    if probes:
        add_probes(plan)
    stand_in = UPLINK if inventory.interfaces is None else None
    world.firewall = Filtering(inventory, LibvirtRules(plan.rules, stand_in), plan.backend)
    world.index()
    return world
