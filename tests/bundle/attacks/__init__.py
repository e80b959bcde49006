"""Bundles that a stranger might hand over, and the child process that opens them."""
