"""Requests about developer metadata."""

from typing import Any

from . import masks, metadata
from .shifts import Json


def create_developer_metadata(batch: Any, request: Json) -> Json:
    """``createDeveloperMetadata``."""
    return {"developerMetadata": metadata.create(batch.book, request.get("developerMetadata", {}), batch.where)}


def update_developer_metadata(batch: Any, request: Json) -> Json:
    """``updateDeveloperMetadata``."""
    tree = masks.parse(request.get("fields", ""))
    filters = request.get("dataFilters", [])
    changed = metadata.update(batch.book, filters, request.get("developerMetadata", {}), tree, batch.where)
    return {"developerMetadata": changed} if changed else {}


def delete_developer_metadata(batch: Any, request: Json) -> Json:
    """``deleteDeveloperMetadata``."""
    gone = metadata.delete(batch.book, request.get("dataFilter", {}))
    return {"deletedDeveloperMetadata": gone} if gone else {}


HANDLERS = {
    "createDeveloperMetadata": create_developer_metadata,
    "updateDeveloperMetadata": update_developer_metadata,
    "deleteDeveloperMetadata": delete_developer_metadata,
}
