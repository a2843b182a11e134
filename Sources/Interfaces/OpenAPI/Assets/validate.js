// Checks values against JSON Schema (2020-12), as much of it as the API uses.

const FORMATS = {
  uuid: [/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, "a UUID"],
  date: [/^\d{4}-\d\d-\d\d$/, "a date such as 2026-11-21"],
  "date-time": [/^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/, "a time such as 2026-11-21T08:00:00Z"],
  email: [/^[^@\s]+@[^@\s]+$/, "an e-mail address"],
  uri: [/^[a-z][a-z0-9+.-]*:\S+$/i, "a URL"],
};

/** Every mistake in a value, as `{ pointer, message }`. */
export function validate(api, value, schemaOrReference, pointer = "") {
  const schema = api.schema(schemaOrReference);
  const problem = (message) => [{ pointer, message }];
  if (schema.oneOf ?? schema.anyOf) return best(api, value, schema.oneOf ?? schema.anyOf, pointer);
  if (schema.type && ![schema.type].flat().some((type) => isOf(type, value))) {
    return problem(`has to be ${[schema.type].flat().map((type) => `${article(type)} ${type}`).join(" or ").replace("a null", "null")}`);
  }
  if (schema.const !== undefined && value !== schema.const) return problem(`has to be ${JSON.stringify(schema.const)}`);
  if (schema.enum && !schema.enum.includes(value)) return problem(`has to be one of ${schema.enum.map((one) => JSON.stringify(one)).join(", ")}`);
  if (typeof value === "string") return text(schema, value).flatMap(problem);
  if (typeof value === "number") return number(schema, value).flatMap(problem);
  if (Array.isArray(value)) {
    return [...items(schema, value).flatMap(problem), ...value.flatMap((item, index) => validate(api, item, schema.items ?? {}, `${pointer}/${index}`))];
  }
  if (value !== null && typeof value === "object") return members(api, schema, value, pointer);
  return [];
}

function members(api, schema, value, pointer) {
  const { properties = {}, required = [] } = schema;
  const missing = required.filter((name) => !(name in value)).map((name) => ({ pointer: `${pointer}/${name}`, message: "is required" }));
  const wrong = Object.entries(value).flatMap(([name, member]) => {
    const path = `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    if (properties[name]) return validate(api, member, properties[name], path);
    return schema.additionalProperties === false ? [{ pointer: path, message: "is not known here" }] : [];
  });
  return [...missing, ...wrong];
}

/** The mistakes of the alternative that comes nearest. */
function best(api, value, alternatives, pointer) {
  const results = alternatives.map((alternative) => validate(api, value, alternative, pointer));
  return results.reduce((least, result) => (result.length < least.length ? result : least));
}

function text(schema, value) {
  const messages = [];
  const length = [...value].length;
  if (length < (schema.minLength ?? 0)) messages.push(`needs at least ${schema.minLength} characters`);
  if (length > (schema.maxLength ?? Infinity)) messages.push(`takes at most ${schema.maxLength} characters`);
  if (schema.pattern && !matches(schema.pattern, value)) messages.push(`has to match ${schema.pattern}`);
  const [expression, name] = FORMATS[schema.format] ?? [];
  if (expression && !expression.test(value)) messages.push(`has to be ${name}`);
  return messages;
}

function matches(pattern, value) {
  try {
    return new RegExp(pattern, "u").test(value);
  } catch {
    return true;
  }
}

function number(schema, value) {
  const messages = [];
  if (value < (schema.minimum ?? -Infinity)) messages.push(`has to be at least ${schema.minimum}`);
  if (value > (schema.maximum ?? Infinity)) messages.push(`has to be at most ${schema.maximum}`);
  if (value <= (schema.exclusiveMinimum ?? -Infinity)) messages.push(`has to be more than ${schema.exclusiveMinimum}`);
  if (value >= (schema.exclusiveMaximum ?? Infinity)) messages.push(`has to be less than ${schema.exclusiveMaximum}`);
  if (schema.multipleOf) {
    const quotient = value / schema.multipleOf;
    if (Math.abs(quotient - Math.round(quotient)) > 1e-9) messages.push(`has to be a multiple of ${schema.multipleOf}`);
  }
  return messages;
}

function items(schema, value) {
  const messages = [];
  if (value.length < (schema.minItems ?? 0)) messages.push(`needs at least ${schema.minItems} items`);
  if (value.length > (schema.maxItems ?? Infinity)) messages.push(`takes at most ${schema.maxItems} items`);
  if (schema.uniqueItems && new Set(value.map((item) => JSON.stringify(item))).size < value.length) messages.push("has duplicates");
  return messages;
}

function isOf(type, value) {
  switch (type) {
    case "null": return value === null;
    case "array": return Array.isArray(value);
    case "object": return value !== null && typeof value === "object" && !Array.isArray(value);
    case "integer": return Number.isInteger(value);
    default: return typeof value === type;
  }
}

function article(word) {
  return "aeiou".includes(word[0]) ? "an" : "a";
}
