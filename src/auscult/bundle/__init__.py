"""A kept model: weights, preprocessing, schema, provenance, evaluation; no code in it."""
