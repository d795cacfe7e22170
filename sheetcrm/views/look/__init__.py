"""How a workbook looks, whatever it lives in: declared once, drawn by the Excel template and by the Google layout."""
