"""Sets of classes that hold the true one as often as was asked."""
