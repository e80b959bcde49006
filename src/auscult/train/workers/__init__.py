"""Other processes that do jobs: on this machine, or on a cluster."""
