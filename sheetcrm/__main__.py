"""``python -m sheetcrm``."""

from sheetcrm.cli import main

main()
