"""Formulas as trees of tuples: ``("number", 1.0)``, ``("call", name, args)``, ``("ref", text)``, ``("op", sign, a, b)``."""

import re
from functools import lru_cache
from typing import Any

Node = tuple[Any, ...]

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+)(?![A-Za-z:!])
  | (?P<string>"(?:[^"]|"")*")
  | (?P<error>\#(?:REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|ERROR!))
  | (?P<ref>(?:(?:'(?:[^']|'')*'|[^\W\d][\w.]*)!)?\$?(?:[A-Za-z]{1,3}\$?\d+(?::\$?(?:[A-Za-z]{1,3}\$?\d*|\$?\d+))?|[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}|\d+:\$?\d+))(?![\w(.])
  | (?P<name>[^\W\d][\w.]*)
  | (?P<sign><=|>=|<>|[-+*/^&=<>%(),;{}:])
    )""",
    re.VERBOSE,
)
_STRENGTH = {"=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 6}


class FormulaError(ValueError):
    """A text that is no formula."""


@lru_cache(maxsize=4096)
def parse(formula: str) -> Node:
    """The tree of ``formula`` (with its ``=``)."""
    reader = _Reader(_tokens(formula[1:]))
    node = reader.expression(0)
    if reader.peek() != ("end", ""):
        raise FormulaError(formula)
    return node


def _tokens(text: str) -> list[tuple[str, str]]:
    out, position = [], 0
    text = text.strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.end() == position:
            raise FormulaError(text)
        out.append((str(match.lastgroup), match.group().strip()))
        position = match.end()
        while position < len(text) and text[position].isspace():
            position += 1
    return [*out, ("end", "")]


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at]

    def take(self) -> tuple[str, str]:
        token = self.tokens[self.at]
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def expect(self, sign: str) -> None:
        if self.take() != ("sign", sign):
            raise FormulaError(sign)

    def expression(self, strength: int) -> Node:
        left = self.prefix()
        while True:
            kind, sign = self.peek()
            if (kind, sign) == ("sign", "%"):
                self.take()
                left = ("op", "/", left, ("number", 100.0))
                continue
            power = _STRENGTH.get(sign, 0) if kind == "sign" else 0
            if power <= strength:
                return left
            self.take()
            left = ("op", sign, left, self.expression(power))

    def prefix(self) -> Node:
        kind, text = self.take()
        if kind == "number":
            return ("number", float(text))
        if kind == "string":
            return ("string", text[1:-1].replace('""', '"'))
        if kind == "error":
            return ("error", text)
        if kind == "ref":
            return ("ref", text)
        if kind == "name":
            return self.call(text) if self.peek() == ("sign", "(") else ("name", text)
        if text == "(":
            node = self.expression(0)
            self.expect(")")
            return node
        if text in ("-", "+"):
            return ("op", text, ("number", 0.0), self.expression(7))
        if text == "{":
            return self.literal_array()
        raise FormulaError(text)

    def call(self, name: str) -> Node:
        self.expect("(")
        arguments: list[Node] = []
        while self.peek() != ("sign", ")"):
            if self.peek() in (("sign", ","), ("sign", ";")):
                arguments.append(("blank",))
            else:
                arguments.append(self.expression(0))
            if self.peek() in (("sign", ","), ("sign", ";")):
                self.take()
            elif self.peek() != ("sign", ")"):
                raise FormulaError(name)
        self.expect(")")
        return ("call", name.upper(), tuple(arguments))

    def literal_array(self) -> Node:
        rows: list[list[Node]] = [[]]
        while self.peek() != ("sign", "}"):
            rows[-1].append(self.expression(0))
            sign = self.peek()[1]
            if sign == ";":
                rows.append([])
            if sign in (",", ";"):
                self.take()
            elif sign != "}":
                raise FormulaError("{")
        self.take()
        return ("array", tuple(tuple(row) for row in rows))
