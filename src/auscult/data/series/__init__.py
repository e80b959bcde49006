"""Time series: what they are and how files of them are read."""
