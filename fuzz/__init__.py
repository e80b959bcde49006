"""Coverage-guided fuzzing of every reader of strangers' files; ``make fuzz`` runs it."""
