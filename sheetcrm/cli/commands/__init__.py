"""The commands as people call them: names, options and help alone. What they do stands in ``sheetcrm.cli``, one file
each, and is imported when a command is called."""
