"""What a fitted model looks at: on test cases, fit by fit, while a study runs."""
