"""Many hosts at once: each writes facts about its networks and guests, and a database joins them across hosts."""
