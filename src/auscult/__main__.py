"""``python -m auscult``."""

from auscult.cli.main import main

main()
