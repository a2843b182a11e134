// A request as it is being put together: its URL, headers, body, and the code that sends it.

import { mediaExample } from "./example.js";
import { validate } from "./validate.js";

export class Draft extends EventTarget {
  constructor(api, operation) {
    super();
    this.api = api;
    this.operation = operation;
    this.values = new Map();
    this.mediaType = operation.mediaTypes[0];
    this.body = operation.body ? JSON.stringify(mediaExample(api, operation.body), null, 2) : undefined;
  }

  set(name, value) {
    if (value === "") this.values.delete(name);
    else this.values.set(name, value);
    this.dispatchEvent(new Event("change"));
  }

  setBody(text) {
    this.body = text;
    this.dispatchEvent(new Event("change"));
  }

  setMediaType(mediaType) {
    this.mediaType = mediaType;
    this.dispatchEvent(new Event("change"));
  }

  #parameters(place) {
    return this.operation.parameters.filter((parameter) => parameter.in === place && this.values.has(parameter.name));
  }

  /** The URL; what is missing in its path stays as `{id}`. */
  get url() {
    const path = this.operation.path.replace(/\{(\w+)\}/g, (whole, name) =>
      this.values.has(name) ? encodeURIComponent(this.values.get(name)) : whole);
    const query = this.#parameters("query").map(({ name }) =>
      `${encodeURIComponent(name)}=${encodeURIComponent(this.values.get(name)).replaceAll("%2C", ",")}`);
    return this.api.base + path + (query.length ? `?${query.join("&")}` : "");
  }

  get headers() {
    const headers = Object.fromEntries(this.#parameters("header").map(({ name }) => [name, this.values.get(name)]));
    if (this.body !== undefined) headers["Content-Type"] = this.mediaType;
    return headers;
  }

  /** What the schemas have against the request. */
  get problems() {
    return [...this.operation.parameters.flatMap((parameter) => this.problemsOf(parameter)), ...this.bodyProblems];
  }

  problemsOf(parameter) {
    const text = this.values.get(parameter.name);
    if (text === undefined) return parameter.required ? [{ pointer: parameter.name, message: "is required" }] : [];
    return validate(this.api, typed(this.api.schema(parameter.schema), text), parameter.schema, parameter.name);
  }

  get bodyProblems() {
    if (this.body === undefined) return [];
    try {
      return validate(this.api, JSON.parse(this.body), this.operation.body.schema);
    } catch (error) {
      return [{ pointer: "body", message: error.message }];
    }
  }

  get options() {
    return { method: this.operation.method.toUpperCase(), headers: this.headers, body: this.body };
  }

  #snippetHeaders(token) {
    const headers = { ...this.headers };
    if (this.operation.access === "required" || (this.operation.access === "optional" && token)) {
      headers.Authorization = "Bearer $TOKEN";
    }
    return headers;
  }

  get #compactBody() {
    try {
      return JSON.stringify(JSON.parse(this.body), null, 2);
    } catch {
      return this.body;
    }
  }

  curl(token) {
    const { method } = this.options;
    const lines = [`curl ${method === "GET" ? "" : `-X ${method} `}${quote(this.url)}`];
    for (const [name, value] of Object.entries(this.#snippetHeaders(token))) {
      lines.push(name === "Authorization" ? `-H "${name}: ${value}"` : `-H ${quote(`${name}: ${value}`)}`);
    }
    if (this.body !== undefined) lines.push(`-d ${quote(this.#compactBody)}`);
    return lines.join(" \\\n  ");
  }

  javascript(token) {
    const { method } = this.options;
    const headers = Object.entries(this.#snippetHeaders(token)).map(([name, value]) =>
      `    ${JSON.stringify(name)}: ${name === "Authorization" ? "`Bearer ${token}`" : JSON.stringify(value)},`);
    const options = [];
    if (method !== "GET") options.push(`  method: "${method}",`);
    if (headers.length) options.push("  headers: {", ...headers, "  },");
    if (this.body !== undefined) options.push(`  body: JSON.stringify(${this.#compactBody.replaceAll("\n", "\n  ")}),`);
    const call = options.length ? `, {\n${options.join("\n")}\n}` : "";
    const read = this.operation.responses.some(({ status }) => status === "200" || status === "201") ? "\nconst answer = await response.json();" : "";
    return `const response = await fetch(${JSON.stringify(this.url)}${call});${read}`;
  }
}

function quote(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A parameter's text as the JSON type that its schema wants. */
function typed(schema, text) {
  switch (schema.type) {
    case "integer": case "number": return /^-?\d/.test(text) ? Number(text) : text;
    case "array": return text.split(",");
    default: return text;
  }
}
