"""The corpus is read, never imported, though some of its files are named as tests are."""

collect_ignore = ["corpus"]
