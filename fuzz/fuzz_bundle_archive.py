"""Fuzzes the target ``bundle_archive`` of :mod:`fuzz.targets`."""

from fuzz.harness import fuzz

if __name__ == "__main__":
    fuzz("bundle_archive")
