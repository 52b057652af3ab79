"""What a guest can reach: the host's segments, routes and firewalls, and a packet on its way through them."""
