"""What a valid request is, where OpenAPI cannot say it.

The parts of requests that are meant to be valid are made so, the others stay as they are:
- a cursor is what the server gave; cursor, page and offset do not go together;
- a filter is an expression over the collection's fields, not any string;
- a field is sorted by once;
- an idempotency key stands for one request;
- a relation names a record that exists, so the ids that were answered are used again.
"""

import random
import re
import uuid

import schemathesis
from schemathesis.core.parameters import ParameterLocation as Location

known_ids: dict[str, list[str]] = {}


@schemathesis.hook
def before_call(context, case, kwargs):
    if is_valid(case, Location.HEADER) and case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    if is_valid(case, Location.QUERY) and case.query:
        settle_paging(case.query)
        settle_sort(case.query)
        if "filter" in case.query:
            case.query["filter"] = any_filter(case)
    if is_valid(case, Location.BODY) and isinstance(case.body, dict):
        use_known_ids(case)


@schemathesis.hook
def after_call(context, case, response):
    collection = case.path.split("/")[2] if case.path.count("/") >= 2 else ""
    if case.method == "POST" and response.status_code == 201:
        known_ids.setdefault(collection, []).append(response.json()["id"])
    if case.method == "DELETE" and response.status_code == 204:
        gone = (case.path_parameters or {}).get("id")
        known_ids[collection] = [one for one in known_ids.get(collection, []) if one != gone]


def is_valid(case, location) -> bool:
    """Whether this part of the request is meant to be accepted."""
    component = case.meta.components.get(location) if case.meta else None
    return component is None or component.mode.is_positive


def settle_paging(query) -> None:
    query.pop("cursor", None)
    if "page" in query:
        query.pop("offset", None)


def settle_sort(query) -> None:
    keys = query.get("sort")
    if isinstance(keys, list):
        once = {key.lstrip("-"): key for key in keys}
        query["sort"] = list(once.values())


def any_filter(case) -> str:
    """One of the parameter's own examples."""
    for parameter in case.operation.query:
        if parameter.name == "filter":
            examples = parameter.definition.get("examples", {})
            return random.choice([example["value"] for example in examples.values()])
    return "true"


def use_known_ids(case) -> None:
    for alternative in case.operation.body:
        properties = resolved(case, alternative.definition.get("schema", {})).get("properties", {})
        for name, schema in properties.items():
            relation = re.search(r"id of a record of `(\w+)`", schema.get("description", ""))
            ids = known_ids.get(relation[1]) if relation else None
            if ids and isinstance(case.body.get(name), str):
                case.body[name] = random.choice(ids)


def resolved(case, schema) -> dict:
    reference = schema.get("$ref")
    if not reference:
        return schema
    name = reference.split("/")[-1]
    return case.operation.schema.raw_schema["components"]["schemas"].get(name, {})
