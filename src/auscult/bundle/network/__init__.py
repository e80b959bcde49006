"""A network as a file: ONNX written by us, read strictly, checked before anything runs it."""
