"""Models to JSON and back. The only module that imports msgspec."""

import inspect
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from ..errors import BadRequestError
from ..sentences import trans

T = TypeVar("T")


def encode(model: object) -> bytes:
    """Return the JSON of a model."""
    return msgspec.json.encode(model)


def decode(body: bytes, kind: type[T]) -> T:
    """Return the model that a request body holds, or raise BadRequestError."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadRequestError(
            trans.gettext("The request body is not right: %1."), str(error)
        ) from error


def decode_query(arguments: Mapping[str, str], kind: type[T]) -> T:
    """Return the model that a query string holds, or raise BadRequestError."""
    try:
        return msgspec.convert(dict(arguments), type=kind, strict=False)
    except msgspec.ValidationError as error:
        raise BadRequestError(
            trans.gettext("The request's query is not right: %1."), str(error)
        ) from error


def schemas(kinds: list[type]) -> dict[str, Any]:
    """Return the JSON schema of each model by its name, with references to `#/$defs/`."""
    _, components = msgspec.json.schema_components(kinds, ref_template="#/$defs/{name}")
    for schema in components.values():
        schema["description"] = inspect.cleandoc(schema["description"])
    return components
