"""What a valid request is, where OpenAPI cannot say it.

Each hook changes requests that are meant to be valid, and leaves the others as they are:
- a cursor is what the server gave; cursor, page and offset do not go together, and no page is too far;
- a filter is an expression over the collection's fields, not any string;
- a field is sorted by once;
- an idempotency key stands for one request;
- a password is none that anybody would try first, and an address one that mail can be sent to;
- a sign-up is by a password: invitations and tickets are what the server gave, each good once;
- a relation names a record that exists, so the ids that were answered are used again.
"""

import random
import re
import uuid

import schemathesis

known_ids: dict[str, list[str]] = {}
LAST_OFFSET = 100_000


@schemathesis.hook
def before_call(context, case, kwargs):
    if lacks_a_header(case) and case.query:
        settle_paging(case.query)  # else it is refused for its query, before it is asked who sends it
    if not is_valid(case):
        return
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    if case.query:
        settle_paging(case.query)
        settle_sort(case.query)
        if "filter" in case.query:
            case.query["filter"] = any_filter(case)
    if isinstance(case.body, dict):
        use_known_ids(case)
        if "ticket" in case.body or "invitation" in case.body:
            sign_up_by_password(case.body)
        if isinstance(case.body.get("password"), str):
            case.body["password"] = str(uuid.uuid4())
        if len(str(case.body.get("email", ""))) > 200:
            case.body["email"] = f"{uuid.uuid4()}@example.com"


@schemathesis.hook
def after_call(context, case, response):
    collection = case.path.split("/")[2] if case.path.count("/") >= 2 else ""
    if case.method == "POST" and response.status_code == 201:
        known_ids.setdefault(collection, []).append(response.json()["id"])
    if case.method == "DELETE" and response.status_code in (200, 204):
        gone = (case.path_parameters or {}).get("id")
        known_ids[collection] = [one for one in known_ids.get(collection, []) if one != gone]


def is_valid(case) -> bool:
    return case.meta is None or case.meta.generation.mode.is_positive


def lacks_a_header(case) -> bool:
    """Whether the request is wrong in a header alone."""
    data = case.meta.phase.data if case.meta else None
    return getattr(getattr(data, "parameter_location", None), "value", None) == "header"


def sign_up_by_password(body) -> None:
    for name in ("ticket", "invitation"):
        body.pop(name, None)
    body.setdefault("email", f"{uuid.uuid4()}@example.com")
    body.setdefault("password", "")


def settle_paging(query) -> None:
    query.pop("cursor", None)
    if "page" in query:
        query.pop("offset", None)
        if isinstance(query["page"], int) and isinstance(query.get("limit", 20), int):
            query["page"] = min(query["page"], LAST_OFFSET // query.get("limit", 20))


def settle_sort(query) -> None:
    keys = query.get("sort")
    if isinstance(keys, str):
        query["sort"] = ",".join(each_once(keys.split(",")))
    elif isinstance(keys, list):
        query["sort"] = each_once(keys)


def each_once(keys: list[str]) -> list[str]:
    return list({key.lstrip("-"): key for key in keys}.values())


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
