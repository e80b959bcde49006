"""The model card of a study, after TRIPOD+AI."""
