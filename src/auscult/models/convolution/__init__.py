"""The convolution over time of a stack of fits: compiled kernels, and when to use them."""
