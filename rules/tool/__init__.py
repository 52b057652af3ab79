"""Rules about what vnetlint itself has to say of a file."""
