"""The audit of data and of its splits: what makes a figure better than it is."""
