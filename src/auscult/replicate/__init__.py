"""Published systems, rebuilt with their leaks, done honestly, and beside the best model here."""
