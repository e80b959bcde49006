"""The charts of the report: one noun a file, each a function from figures to SVG."""
