"""Google's discovery documents: the judge of every request and of every reply."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from . import colours

Json = dict[str, Any]

_INT_LIMITS = {"int32": 2**31, "uint32": 2**32, "int64": 2**63, "uint64": 2**64}
_RANGES = {"GridRange", "DimensionRange", "GridCoordinate"}
_UNSET = object()


@cache
def snake(name: str) -> str:
    """``addSheet`` as error messages write it: ``add_sheet``."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda m: "_" + m.group(1).lower(), name)


@cache
def camel(name: str) -> str:
    """Field names may also come in snake case."""
    return re.sub(r"_([a-z0-9])", lambda m: m.group(1).upper(), name)


class Discovery:
    """One API's document.

    ``request`` and ``reply`` walk a JSON body along its schema and list what is wrong with it, as
    ``(path, words)``. A request comes back as the service would understand it (nulls dropped, numbers in strings read,
    colours quantised); a reply as it would send it (``sheetId: 0`` of ranges left out).
    """

    def __init__(self, document: Json) -> None:
        self.schemas: dict[str, Json] = document["schemas"]
        self.everywhere: dict[str, Json] = document["parameters"]
        self.methods: dict[str, Json] = {}
        self._collect(document)

    def _collect(self, node: Json) -> None:
        for method in node.get("methods", {}).values():
            self.methods[method["id"]] = method
        for resource in node.get("resources", {}).values():
            self._collect(resource)

    def request(self, schema: str, body: Any) -> tuple[Json, list[tuple[str, str]]]:
        """``body`` as understood, and its faults."""
        faults: list[tuple[str, str]] = []
        read = self._object(schema, body, "", faults, reply=False)
        return ({} if read is _UNSET else read), faults

    def reply(self, schema: str, body: Any) -> tuple[Json, list[tuple[str, str]]]:
        """``body`` as sent, and its faults."""
        faults: list[tuple[str, str]] = []
        return self._object(schema, body, "", faults, reply=True), faults

    def query(self, method_id: str, query: dict[str, list[str]]) -> list[tuple[str, str]]:
        """What is wrong with a call's query parameters."""
        known = {**self.everywhere, **self.methods[method_id].get("parameters", {})}
        faults = []
        for name, values in query.items():
            spec = known.get(name)
            if spec is None or spec.get("location") == "path":
                faults.append(
                    (
                        "",
                        f"Unknown name \"{name}\": Cannot bind query parameter. Field '{name}' could not be found in request message.",
                    )
                )
                continue
            for value in values:
                fault = _query_fault(name, value, spec)
                if fault:
                    faults.append((name, fault))
        return faults

    def _value(self, spec: Json, value: Any, path: str, faults: list[tuple[str, str]], reply: bool) -> Any:
        if "$ref" in spec:
            return self._object(spec["$ref"], value, path, faults, reply)
        kind = spec.get("type")
        if kind == "array":
            return self._array(spec["items"], value, path, faults, reply)
        if kind == "object":
            extra = spec.get("additionalProperties")
            if not isinstance(value, dict):
                faults.append((path, f"Invalid value at '{path}' (map), {_shown(value)}"))
                return _UNSET
            return (
                {k: self._value(extra, v, f"{path}.{k}", faults, reply) for k, v in value.items()} if extra else value
            )
        if kind == "any":
            return value
        return _scalar(spec, value, path, faults, reply)

    def _array(self, items: Json, value: Any, path: str, faults: list[tuple[str, str]], reply: bool) -> Any:
        if not isinstance(value, list):
            faults.append((path, f"Invalid value at '{path}' (type.googleapis.com), {_shown(value)}"))
            return _UNSET
        if items.get("type") == "array" and items["items"].get("type") == "any":
            _check_cells(value, path, faults)
            return value
        read = [self._value(items, item, f"{path}[{i}]", faults, reply) for i, item in enumerate(value)]
        return [item for item in read if item is not _UNSET]

    def _object(self, name: str, body: Any, path: str, faults: list[tuple[str, str]], reply: bool) -> Any:
        if not isinstance(body, dict):
            faults.append(
                (path, f"Invalid value at '{path}' (type.googleapis.com/google.apps.sheets.v4.{name}), {_shown(body)}")
            )
            return _UNSET
        properties = self.schemas[name].get("properties", {})
        out: Json = {}
        for key, value in body.items():
            spec = properties.get(key)
            if spec is None and not reply:
                key = camel(key)
                spec = properties.get(key)
            if spec is None:
                at = f" at '{path}'" if path else ""
                faults.append((path, f'Unknown name "{key}"{at}: Cannot find field.'))
                continue
            if value is None:
                if reply:
                    faults.append((path, f"null in a reply at {path}.{key}"))
                continue
            part = f"{path}.{snake(key)}" if path else snake(key)
            read = self._value(spec, value, part, faults, reply)
            if read is not _UNSET:
                out[key] = read
        return self._tidy_reply(name, out) if reply else self._tidy_request(name, out)

    @staticmethod
    def _tidy_reply(name: str, out: Json) -> Json:
        if name in _RANGES and out.get("sheetId") == 0:
            del out["sheetId"]
        return out

    def _tidy_request(self, name: str, out: Json) -> Json:
        """Colours are cut to bytes, and each colour and its ``…Style`` twin are set together."""
        if name == "Color":
            return colours.kept(out)
        for key, spec in self.schemas[name].get("properties", {}).items():
            if spec.get("$ref") != "ColorStyle":
                continue
            plain = "color" if key == "colorStyle" else key.removesuffix("Style")
            if "rgbColor" in out.get(key, {}):
                out[plain] = out[key]["rgbColor"]
            elif "themeColor" not in out.get(key, {}) and plain in out and key not in out:
                out[key] = {"rgbColor": out[plain]}
        return out


def _scalar(spec: Json, value: Any, path: str, faults: list[tuple[str, str]], reply: bool) -> Any:
    kind, form = spec["type"], spec.get("format")
    read = _UNSET
    if kind == "string" and form in ("int64", "uint64"):
        read = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else _UNSET
    elif kind == "string":
        if isinstance(value, str) and ("enum" not in spec or value in spec["enum"]):
            read = value
    elif kind == "boolean":
        read = value if isinstance(value, bool) else _UNSET
    elif kind in ("integer", "number"):
        read = _number(value, form, whole=kind == "integer", strict=reply)
    if read is _UNSET:
        faults.append((path, f"Invalid value at '{path}' (TYPE_{(form or kind).upper()}), {_shown(value)}"))
    return read


def _number(value: Any, form: str | None, *, whole: bool, strict: bool) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | str) or (strict and isinstance(value, str)):
        return _UNSET
    try:
        number = float(value)
    except ValueError:
        return _UNSET
    if not whole:
        return value if not isinstance(value, str) else number
    if number != int(number) or abs(number) > _INT_LIMITS.get(form or "", 2**63):
        return _UNSET
    return int(value) if not isinstance(value, str) else int(number)


def _check_cells(rows: list[Any], path: str, faults: list[tuple[str, str]]) -> None:
    """Cells of a value range are scalars; a list or an object is refused as the service words it."""
    for i, row in enumerate(rows):
        if not isinstance(row, list):
            faults.append(
                (path, f"Invalid value at '{path}[{i}]' (type.googleapis.com/google.protobuf.ListValue), {_shown(row)}")
            )
            continue
        for j, cell in enumerate(row):
            if cell.__class__ in (dict, list):
                what = "struct_value" if isinstance(cell, dict) else "list_value"
                faults.append((path, f"Invalid {path}[{i}][{j}]: {what} {_shown(cell)}"))


def _query_fault(name: str, value: str, spec: Json) -> str | None:
    kind = spec.get("type")
    if "enum" in spec and value not in spec["enum"]:
        return f"Invalid value at '{snake(name)}' (TYPE_ENUM), \"{value}\""
    if kind == "boolean" and value.lower() not in ("true", "false", "1", "0"):
        return f"Invalid value at '{snake(name)}' (TYPE_BOOL), \"{value}\""
    if kind == "integer" and not value.lstrip("-").isdigit():
        return f"Invalid value at '{snake(name)}' (TYPE_INT32), \"{value}\""
    return None


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:200]


@cache
def document(name: str) -> Discovery:
    """The document that ships with google-api-python-client: ``sheets.v4``, ``drive.v3``, ``drive.v2``.

    Found beside the installed package without importing it (its import takes longer than the server's start).
    """
    import importlib.util

    spec = importlib.util.find_spec("googleapiclient")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("google-api-python-client (a development dependency) is needed: pip install -e .[dev]")
    folder = Path(spec.submodule_search_locations[0]) / "discovery_cache" / "documents"
    return Discovery(json.loads((folder / f"{name}.json").read_bytes()))
