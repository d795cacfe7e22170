"""Turn away, in words, files that no workbook reader should be given."""

from sheetcrm.sync.excel.limits import Limits
from sheetcrm.sync.excel.refused import Refused
from sheetcrm.sync.excel.zip import Archive

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def open_archive(data: bytes, limits: Limits) -> Archive:
    """The workbook's archive, once its size, kind and directory are found to be sane. Raises Refused."""
    if not data:
        raise Refused("The file is empty (0 bytes). Restore it from a backup or from the version history.")
    if len(data) > limits.file_size:
        raise Refused(f"The file has {len(data) / 2**20:,.0f} MB, more than this program reads. Split the workbook.")
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Refused("The workbook is protected with a password to open it. Remove that password and save it.")
        raise Refused("This is an old .xls workbook. Save it as .xlsx in Excel or LibreOffice.")
    if not data.startswith(b"PK"):
        raise Refused("This is not an Excel workbook (.xlsx or .xlsm), whatever its name says. Save it as .xlsx.")
    archive = Archive(data, limits)
    for entry in archive.entries:
        if entry.key.startswith("_xmlsignatures/"):
            raise Refused("The workbook is digitally signed; any change would break the signature. Remove it first.")
        if entry.key == "mimetype" and archive.find("content.xml"):
            raise Refused("This is an OpenDocument spreadsheet. Save it as .xlsx.")
    if archive.find("[Content_Types].xml") is None:
        raise Refused("This zip file holds no Excel workbook. Save the workbook as .xlsx.")
    return archive
