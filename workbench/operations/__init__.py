"""How the shop runs: what work costs, and how long it waits."""
