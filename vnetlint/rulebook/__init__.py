"""The rules of a run: a rule, its page, the catalogue of all rules, and the search by a message of libvirt."""
