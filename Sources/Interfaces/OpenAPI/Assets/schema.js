// Schemas as trees that people can read.

import { h, inline } from "./dom.js";

const MAXIMUM_VALUES = 8;
/** Formats that need no example. */
const OBVIOUS = ["uuid", "date-time", "email"];

/**
 * A schema's members, each with its type, constraints and description.
 * Only what a client sends (`isRequest`) says which members are required.
 */
export function schemaTree(api, value, isRequest = false) {
  const schema = api.schema(value);
  if (schema.properties) return properties(api, schema, isRequest);
  if (schema.oneOf ?? schema.anyOf) return alternatives(api, schema.oneOf ?? schema.anyOf, isRequest);
  return h("div", { class: "schema" }, h("div", { class: "row" }, head(api, undefined, value, false), details(api, value)));
}

function properties(api, schema, isRequest) {
  const required = new Set(isRequest ? schema.required : []);
  const shown = Object.entries(schema.properties).filter(([, value]) => !(isRequest && api.schema(value).readOnly));
  const rows = shown.map(([name, value]) =>
    h("li", { class: "row" }, head(api, name, value, required.has(name)), details(api, value), nested(api, value, isRequest)));
  if (rows.length === 0) return h("p", { class: "quiet" }, "An empty object.");
  return h("ul", { class: "schema" }, rows);
}

function alternatives(api, values, isRequest) {
  return h("div", { class: "alternatives" }, values.map((value, index) =>
    h("div", {}, h("p", { class: "alternative" }, index === 0 ? "Either " : "or ", h("b", {}, label(api, value))), schemaTree(api, value, isRequest))));
}

function head(api, name, value, isRequired) {
  const schema = api.schema(value);
  return h("div", { class: "row-head" },
    name && h("span", { class: "name" }, name),
    h("span", { class: "type" }, label(api, value)),
    isRequired && h("span", { class: "required" }, "required"),
    schema.readOnly && h("span", { class: "tagline" }, "read-only"),
    schema.writeOnly && h("span", { class: "tagline" }, "write-only"));
}

/** The description and the constraints. */
export function details(api, value) {
  const schema = api.schema(value);
  const subject = schema.type === "array" ? api.schema(schema.items) : schema;
  return [
    schema.description && h("p", { class: "note" }, inline(schema.description)),
    constraints(schema, subject),
    subject.enum && values(subject.enum.filter((one) => one !== null)),
  ];
}

function constraints(schema, subject) {
  const chips = [...limits(schema), ...(subject === schema ? [] : limits(subject))];
  const pattern = patternOf(subject);
  if (pattern) chips.push(["matches", pattern]);
  if (schema.default !== undefined) chips.push(["default", JSON.stringify(schema.default)]);
  else if (schema.examples?.length && !subject.enum && !OBVIOUS.includes(schema.format)) chips.push(["such as", JSON.stringify(schema.examples[0])]);
  if (chips.length === 0) return null;
  return h("div", { class: "chips" }, chips.map(([word, code]) =>
    h("span", { class: "chip" }, word, code !== undefined && h("code", {}, code))));
}

/** A pattern that spells out a format, or only keeps U+0000 out, tells people nothing. */
function patternOf({ pattern, format }) {
  return format || pattern === "^[^\\u0000]*$" ? undefined : pattern;
}

function limits(schema) {
  const chips = [];
  const range = (low, high, unit) => {
    if (low !== undefined && high !== undefined) chips.push([`${format(low)} to ${format(high)} ${unit}`.trim()]);
    else if (high !== undefined) chips.push([`at most ${format(high)} ${unit}`.trim()]);
    else if (low !== undefined) chips.push([`at least ${format(low)} ${unit}`.trim()]);
  };
  range(schema.minLength || undefined, schema.maxLength === 65536 ? undefined : schema.maxLength, "characters");
  // That a list which is there has an item goes without saying.
  range(schema.minItems === 1 && schema.maxItems === undefined ? undefined : schema.minItems, schema.maxItems, "items");
  if (schema.uniqueItems) chips.push(["no duplicates"]);
  const small = (number) => (Math.abs(number) >= 2 ** 53 ? undefined : number);
  range(small(schema.minimum), small(schema.maximum), "");
  if (schema.exclusiveMinimum !== undefined) chips.push([`more than ${format(schema.exclusiveMinimum)}`]);
  if (schema.exclusiveMaximum !== undefined) chips.push([`less than ${format(schema.exclusiveMaximum)}`]);
  if (schema.multipleOf !== undefined) chips.push([`a multiple of ${format(schema.multipleOf)}`]);
  return chips;
}

function format(number) {
  return number.toLocaleString("en");
}

function values(all) {
  const list = h("div", { class: "values" });
  const show = (count) => {
    list.replaceChildren("one of ", ...all.slice(0, count).map((value) => h("code", {}, String(value))));
    if (count < all.length) {
      list.append(h("button", { type: "button", class: "more", onclick: () => show(all.length) }, `${all.length - count} more`));
    }
  };
  show(all.length <= MAXIMUM_VALUES + 2 ? all.length : MAXIMUM_VALUES);
  return list;
}

/** The members of what a member holds, rendered when they are opened: schemas may be recursive. */
function nested(api, value, isRequest) {
  const inner = innermost(api, value);
  if (!inner) return null;
  const name = api.name(inner);
  const details = h("details", { class: "nested" }, h("summary", {}, name ? `${name}’s members` : "Members"));
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) details.append(schemaTree(api, inner, isRequest));
  });
  return details;
}

function innermost(api, value) {
  const schema = api.schema(value);
  if (schema.items) return innermost(api, schema.items);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) {
    const withMembers = choices.map((choice) => innermost(api, choice)).filter(Boolean);
    return withMembers.length > 1 ? value : withMembers[0];
  }
  return schema.properties ? value : undefined;
}

/** A type in a few words: `string · email or null`, `list of Post`. */
export function label(api, value) {
  const name = api.name(value);
  if (name) return name;
  const schema = api.schema(value);
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return choices.map((choice) => label(api, choice)).join(" or ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const types = [schema.type ?? "any"].flat();
  const orNull = types.includes("null") ? " or null" : "";
  if (types.includes("array") && schema.items) return `list of ${label(api, schema.items)}${orNull}`;
  if (schema.title && schema.type === "object") return schema.title;
  if (types.length > 3) return "any but null";
  const main = types.filter((type) => type !== "null").join(" or ");
  const format = schema.format && !["int64", "double"].includes(schema.format) ? ` · ${schema.format}` : "";
  return main + format + orNull;
}
