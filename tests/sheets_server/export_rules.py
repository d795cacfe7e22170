"""Validations and conditional formats of an exported workbook."""

from collections.abc import Mapping
from typing import Any

from openpyxl.formatting.rule import CellIsRule, ColorScaleRule, FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from . import colours
from .ranges import Area
from .sheet import Sheet

Json = Mapping[str, Any]
_RULE: Any = DataValidation
_CELL_IS: Any = CellIsRule
_FORMULA: Any = FormulaRule
_SCALE: Any = ColorScaleRule
_OPERATORS = {
    "NUMBER_GREATER": "greaterThan", "NUMBER_GREATER_THAN_EQ": "greaterThanOrEqual", "NUMBER_LESS": "lessThan",
    "NUMBER_LESS_THAN_EQ": "lessThanOrEqual", "NUMBER_EQ": "equal", "NUMBER_NOT_EQ": "notEqual",
    "NUMBER_BETWEEN": "between", "NUMBER_NOT_BETWEEN": "notBetween", "TEXT_EQ": "equal",
    "DATE_BEFORE": "lessThan", "DATE_AFTER": "greaterThan", "DATE_EQ": "equal",
}  # fmt: skip


def values_of(condition: Json) -> list[str]:
    """The texts of a condition's values."""
    return [str(v.get("userEnteredValue", v.get("relativeDate", ""))) for v in condition.get("values", [])]


def add_validations(sheet: Sheet, target: Any) -> None:
    """One workbook rule for all cells of the same rule, by blocks of rows in each column."""
    rules: dict[int, tuple[Json, DataValidation]] = {}
    open_blocks: dict[int, tuple[int, int, int]] = {}  # column → rule, first row, last row

    def close(c: int) -> None:
        rule_id, first, last = open_blocks.pop(c)
        letter = get_column_letter(c + 1)
        rules[rule_id][1].add(f"{letter}{first + 1}:{letter}{last + 1}")

    for r, row in enumerate(sheet.grid.rows):
        wanted = {c: e.validation for c, e in row.extras.items() if e.validation} if row is not None else {}
        for c in [c for c, (rule_id, _, _) in open_blocks.items() if c not in wanted or id(wanted[c]) != rule_id]:
            close(c)
        for c, rule in wanted.items():
            if id(rule) not in rules:
                rules[id(rule)] = (rule, _validation(rule))
            first = open_blocks[c][1] if c in open_blocks else r
            open_blocks[c] = (id(rule), first, r)
    for c in list(open_blocks):
        close(c)
    for _, validation in rules.values():
        target.add_data_validation(validation)


def _validation(rule: Json) -> DataValidation:
    """A workbook's rule of a DataValidationRule; what has no counterpart only keeps its message."""
    made: DataValidation
    condition = rule["condition"]
    kind, values = condition["type"], values_of(condition)
    style: Any = "stop" if rule.get("strict") else "warning"
    if kind == "ONE_OF_LIST":
        joined = ",".join(v.replace(",", " ") for v in values)
        made = _RULE("list", formula1=f'"{joined[:253]}"', allow_blank=True, errorStyle=style)
    elif kind == "ONE_OF_RANGE":
        made = _RULE("list", formula1=values[0], allow_blank=True, errorStyle=style)
    elif kind == "BOOLEAN":
        made = _RULE("list", formula1='"TRUE,FALSE"', allow_blank=True, errorStyle=style)
    elif kind == "CUSTOM_FORMULA":
        made = _RULE("custom", formula1=values[0].removeprefix("="), errorStyle=style)
    elif kind in _OPERATORS and values:
        family = "date" if kind.startswith("DATE") else "decimal"
        made = _RULE(
            family, operator=_OPERATORS[kind], formula1=values[0], formula2=values[1] if len(values) > 1 else None
        )
    elif kind == "DATE_IS_VALID":
        made = _RULE("date", operator="greaterThan", formula1="1", allow_blank=True, errorStyle=style)
    else:
        made = _RULE("custom", formula1="TRUE", errorStyle=style)
    if rule.get("inputMessage"):
        made.prompt, made.showInputMessage = rule["inputMessage"][:255], True
    return made


def add_conditional_formats(sheet: Sheet, target: Any) -> None:
    """The rules in their order; conditions without a counterpart in workbooks are left out."""
    for rule in sheet.parts["conditionalFormats"]:
        for grid_range in rule["ranges"]:
            top, bottom, left, right = sheet.bounded(Area.of(grid_range)).corners()
            first = f"{get_column_letter(left + 1)}{top + 1}"
            made = _rule(rule, first)
            if made is not None:
                target.conditional_formatting.add(f"{first}:{get_column_letter(right)}{bottom}", made)


def _rule(rule: Json, first: str) -> Any:
    if "gradientRule" in rule:
        return _gradient(rule["gradientRule"])
    condition, look = rule["booleanRule"]["condition"], rule["booleanRule"].get("format", {})
    styles: dict[str, Any] = {}
    if "backgroundColor" in look:
        styles["fill"] = PatternFill("solid", bgColor=colours.to_hex(look["backgroundColor"]))
    text = look.get("textFormat", {})
    if text:
        colour = colours.to_hex(text["foregroundColor"]) if "foregroundColor" in text else None
        styles["font"] = Font(
            bold=text.get("bold"), italic=text.get("italic"), strike=text.get("strikethrough"), color=colour
        )
    kind, values = condition["type"], values_of(condition)
    if kind in _OPERATORS and values:
        return _CELL_IS(_OPERATORS[kind], formula=[_operand(kind, v) for v in values], **styles)
    formula = _formula(kind, values, first)
    return None if formula is None else _FORMULA([formula], **styles)


def _operand(kind: str, value: str) -> str:
    if value.startswith("="):
        return value[1:]
    return '"' + value.replace('"', '""') + '"' if kind.startswith("TEXT") else value


def _formula(kind: str, values: list[str], first: str) -> str | None:
    text = '"' + values[0].replace('"', '""') + '"' if values else '""'
    return {
        "CUSTOM_FORMULA": values[0].removeprefix("=") if values else None,
        "BLANK": f"ISBLANK({first})",
        "NOT_BLANK": f"NOT(ISBLANK({first}))",
        "TEXT_CONTAINS": f"ISNUMBER(SEARCH({text},{first}))",
        "TEXT_NOT_CONTAINS": f"ISERROR(SEARCH({text},{first}))",
        "TEXT_STARTS_WITH": f"LEFT({first},LEN({text}))={text}",
        "TEXT_ENDS_WITH": f"RIGHT({first},LEN({text}))={text}",
    }.get(kind)


def _gradient(gradient: Json) -> Any:
    kinds = {"MIN": "min", "MAX": "max", "NUMBER": "num", "PERCENT": "percent", "PERCENTILE": "percentile"}
    named: dict[str, Any] = {}
    for theirs, ours in (("minpoint", "start"), ("midpoint", "mid"), ("maxpoint", "end")):
        point = gradient.get(theirs)
        if point:
            value = float(point["value"]) if point.get("value") else None
            named |= {f"{ours}_type": kinds[point["type"]], f"{ours}_value": value}
            named[f"{ours}_color"] = colours.to_hex(point.get("color", {}))
    return _SCALE(**named)
