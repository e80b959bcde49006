"""Whether probabilities can be taken at their word, and what mends them."""
