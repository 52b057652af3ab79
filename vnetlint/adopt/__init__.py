"""What `vnetlint init` finds out about a repository, and the files that it proposes for it."""
