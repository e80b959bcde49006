"""What a bundle's numbers say of cases, each kind of model in NumPy."""
