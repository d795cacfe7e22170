"""The scheduled runner: which pass is due (``slots``), the loop (``loop``), the child that does it (``child``)."""
