"""Paths with an expression in their query."""

from urllib.parse import quote


def filtered(collection: str, expression: str, **parameters: object) -> str:
    """`/v1/posts?filter=…`, encoded, with further parameters."""
    others = "".join(f"&{name}={value}" for name, value in parameters.items())
    return f"/v1/{collection}?filter={quote(expression, safe='')}{others}"


def same(field: str, value: str) -> str:
    return f'{field} == "{value}"'
