"""A small model of what is promised about alerts (domain 5 and 6), written without the product's own rules, and years
of an office in which the two are compared."""
