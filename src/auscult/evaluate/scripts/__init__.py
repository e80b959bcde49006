"""The audit of a person's own training script."""
