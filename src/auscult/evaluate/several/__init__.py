"""Models over several sets of data: ranks and their tests."""
