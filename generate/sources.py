"""What the source says of a module's values: the text in quotes that stands below each."""

import ast
import inspect
from itertools import pairwise
from types import ModuleType


def descriptions(module: ModuleType) -> dict[str, dict[str, str]]:
    """Class → name → its description as one line; class `""` holds the module's own names, name `""` the class's own.

    A value without a description is left out.
    """
    tree = ast.parse(inspect.getsource(module))
    found = {"": _described(tree.body)}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            found[node.name] = {"": _line(ast.get_docstring(node) or "")} | _described(node.body)
    return found


def _described(body: list[ast.stmt]) -> dict[str, str]:
    found = {}
    for node, below in pairwise(body):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            match below:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    found[node.target.id] = _line(text)
    return found


def _line(text: str) -> str:
    return " ".join(text.split())
