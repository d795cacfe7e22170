"""A team's own workbook, brought into ours: what its tabs and columns mean, and their rows in our tabs."""
