"""The inventory of a machine, from what its commands and files say. What cannot be seen is left out, and noted."""

from typing import NamedTuple

from pydantic import ValidationError

from vnetlint.host.collect.chains import PlainPart
from vnetlint.host.collect.daemon import Libvirt, collect_libvirt, configured_backend
from vnetlint.host.collect.firewall import collect_firewall, policy_of
from vnetlint.host.collect.kernel import collect_kernel
from vnetlint.host.collect.links import collect_links
from vnetlint.host.collect.programs import collect_programs
from vnetlint.host.collect.routes import collect_routes
from vnetlint.host.collect.sockets import collect_sockets
from vnetlint.host.collect.system import Questions, System, here
from vnetlint.host.inventory import Inventory
from vnetlint.validation import expected, shown

__all__ = ["Collected", "System", "collect", "here", "validated"]


class Collected(NamedTuple):
    """An inventory, and a line for each thing that is not in it because it could not be seen."""

    inventory: Inventory
    remarks: tuple[str, ...]


def collect(system: System, libvirt: Libvirt | None = None) -> Collected:
    """Return the inventory of a machine. What it does not answer is absent, which means unknown.

    Without `libvirt` the machine's own is asked by virsh.
    """
    questions = Questions(system)
    found: PlainPart = {"version": 1, "name": (system.read("/proc/sys/kernel/hostname") or "").strip() or "host"}
    libvirt = libvirt or collect_libvirt(questions)
    found |= {key: value for key, value in libvirt.parts.items() if key == "libvirt"}
    firewall = collect_firewall(questions, libvirt.has_firewall)
    backend = configured_backend(questions) or (firewall.backend if firewall else None)
    if backend:
        found["firewall_backend"] = backend
    links, routes = collect_links(questions), collect_routes(questions)
    found |= {key: value for key, value in (("interfaces", links), ("routes", routes)) if value is not None}
    found |= collect_kernel(questions)
    if firewall:
        found |= {"forward_policy": policy_of(firewall.chains, "forward"), "firewall": firewall.chains}
        found["input_policy"] = policy_of(firewall.chains, "input")
    found |= {key: value for key, value in libvirt.parts.items() if key != "libvirt"}
    found |= collect_programs(questions)
    bridges = {each["bridge"] for each in libvirt.parts.get("networks", ()) if "bridge" in each}
    made = [each for each in links or () if each["name"] in bridges]
    found |= collect_sockets(questions, [one.split("/")[0] for each in made for one in each.get("addresses", ())])
    return Collected(validated(found, questions), tuple(questions.remarks))


def validated(found: PlainPart, questions: Questions) -> Inventory:
    """Return an inventory of what was found, without the parts that have an unexpected form."""
    try:
        return Inventory.model_validate(found)
    except ValidationError as error:
        odd = {str(each["loc"][0]): each for each in error.errors()}
    for key, fault in odd.items():
        questions.remark(key, f"unexpected value at {shown(fault['loc'])}: {expected(fault)}")
    return Inventory.model_validate({key: value for key, value in found.items() if key not in odd})
