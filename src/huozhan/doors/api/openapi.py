"""The OpenAPI 3.1 document, made from the same table that routes the calls."""

import copy
from collections.abc import Sequence
from typing import Any

import msgspec

from huozhan import __version__
from huozhan.doors.api.operations import Operation
from huozhan.doors.entrance import SESSION_COOKIE
from huozhan.doors.problems import PROBLEM, Problem

_REF = "#/components/schemas/{name}"
_PROBLEMS = {
    "400": "The request is not right",
    "401": "Sign-in needed",
    "403": "Not allowed",
    "404": "Not found",
    "409": "Not possible as things stand",
    "429": "Too many tries",
    "503": "Busy; try again in a moment",
}
_PROBLEMS_WITH_BODY = {"408": "The body stopped coming", "413": "Too large", "415": "The body is not JSON"}
_PROBLEMS_WITH_KEY = {"422": "The idempotency key was used with another input"}
_RETRIED = ("429", "503")


def document(operations: Sequence[Operation], market_name: str) -> dict[str, Any]:
    """The whole API as OpenAPI 3.1."""
    types = [kind for operation in operations for kind in (operation.ask, operation.answer)]
    _, schemas = msgspec.json.schema_components([*types, Problem], ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(f"/api/v1{operation.path}", {})[operation.method.lower()] = _describe(
            operation, schemas
        )
    described = {
        "openapi": "3.1.0",
        "info": {
            "title": f"{market_name} API",
            "version": __version__,
            "description": "Amounts are integers in minor units (`…_minor`), unit prices in 1/10 000 of the major"
            " unit (`…_e4`), ids are digits as text, moments are RFC 3339 in UTC. A change that moves money or stock"
            " needs an `Idempotency-Key`; the same key and body answer the same for 96 hours.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE},
            },
        },
    }
    _straighten(described)
    return described


def _describe(operation: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    schema = copy.deepcopy(_resolve(msgspec.json.schema(operation.ask), schemas))
    fields: dict[str, Any] = schema.get("properties", {})
    required = set(schema.get("required", []))
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": fields.pop(name)}
        for name in operation.path_fields
    ]
    described: dict[str, Any] = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": _summary(operation),
        "security": [
            {"token": []},
            {"session": []},
            *([{}] if operation.use_case.permission == "public" else []),
        ],
        "x-permission": operation.use_case.permission,
        "x-idempotent": operation.needs_key or not operation.use_case.writes or operation.method == "PUT",
    }
    if operation.body_allowed:
        body = {**schema, "properties": fields, "required": sorted(required & fields.keys())}
        described["requestBody"] = {
            "required": bool(body["required"]),
            "content": {"application/json": {"schema": body}},
        }
    else:
        parameters += [
            {"name": name, "in": "query", "required": name in required, "schema": field}
            for name, field in fields.items()
        ]
    if operation.takes_key:
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": operation.needs_key,
                "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
            }
        )
    described["parameters"] = parameters
    described["responses"] = {
        str(operation.status): {
            "description": _summary(operation),
            "content": {"application/json": {"schema": _answer_schema(operation)}},
        },
        **{status: _problem(status, text) for status, text in _problems_of(operation).items()},
    }
    return described


def _problems_of(operation: Operation) -> dict[str, str]:
    """How a call of this operation may fail."""
    return {
        **_PROBLEMS,
        **(_PROBLEMS_WITH_BODY if operation.body_allowed else {}),
        **(_PROBLEMS_WITH_KEY if operation.takes_key else {}),
    }


def _problem(status: str, text: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "description": text,
        "content": {PROBLEM: {"schema": {"$ref": _REF.format(name="Problem")}}},
    }
    if status in _RETRIED:
        described["headers"] = {
            "Retry-After": {"required": True, "schema": {"type": "integer", "minimum": 1}}
        }
    return described


def _answer_schema(operation: Operation) -> dict[str, Any]:
    (schema,), _ = msgspec.json.schema_components([operation.answer], ref_template=_REF)
    return schema


def _resolve(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref")
    return schemas[reference.rsplit("/", 1)[1]] if reference else schema


def _straighten(node: Any) -> None:
    """Has every schema that is named stand in the components: an ask's own fields name them elsewhere."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            node["$ref"] = _REF.format(name=node["$ref"].rsplit("/", 1)[1])
        for child in node.values():
            _straighten(child)
    elif isinstance(node, list):
        for child in node:
            _straighten(child)


def _summary(operation: Operation) -> str:
    return (operation.use_case.__doc__ or operation.id).strip().splitlines()[0]
