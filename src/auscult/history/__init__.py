"""What was predicted, what came of it, and whether cases are still like the training's."""
