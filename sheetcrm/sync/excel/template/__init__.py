"""Makes new workbooks with openpyxl: the template, and the template with rows.

Only new files: openpyxl must never save a workbook that people edit (it drops what it does not know). No Excel tables
either: formats, validations and conditional formats reach to the last row by themselves, and a table ends at its own.
"""

from sheetcrm.sync.excel.template.book import TEMPLATE_DAY, make_template, template_bytes

__all__ = ["TEMPLATE_DAY", "make_template", "template_bytes"]
