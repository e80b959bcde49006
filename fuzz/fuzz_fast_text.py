"""Fuzzes the target ``fast_text`` of :mod:`fuzz.targets`."""

from fuzz.harness import fuzz

if __name__ == "__main__":
    fuzz("fast_text")
