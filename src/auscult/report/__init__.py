"""What a person sees: the verdict, the report page and the terminal."""
