"""Exact k nearest neighbours by dynamic time warping."""
