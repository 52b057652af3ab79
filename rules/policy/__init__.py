"""The policies that vnetlint ships, as `--policy NAME` and the key `policies` name them."""
