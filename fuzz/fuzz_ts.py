"""Fuzzes the target ``ts`` of :mod:`fuzz.targets`."""

from fuzz.harness import fuzz

if __name__ == "__main__":
    fuzz("ts")
