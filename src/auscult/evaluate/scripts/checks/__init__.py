"""One kind of sin a file."""
