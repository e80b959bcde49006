"""The recurrent layer of a stack of fits: equations, fused kernels, and the choice of the two."""
