"""What goes in: readers, the catalog, splits and transforms."""
