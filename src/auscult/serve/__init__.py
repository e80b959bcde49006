"""Bundles behind HTTP: an API for programs, pages for people."""
