"""The pages that people use: rendered here, in four languages, with nothing from elsewhere."""
