// Example values, and JSON in colours.

import { h } from "./dom.js";

const DEPTH = 4;

/** A value that the schema describes. */
export function example(api, value, depth = 0) {
  const schema = api.schema(value);
  if (schema.examples?.length) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return example(api, choices[0], depth);
  const type = [schema.type ?? []].flat()[0] ?? (schema.properties ? "object" : undefined);
  switch (type) {
    case "object": {
      if (depth >= DEPTH) return {};
      const members = Object.entries(schema.properties ?? {}).filter(([name]) => name !== "expand" && name !== "total");
      return Object.fromEntries(members.map(([name, member]) => [name, example(api, member, depth + 1)]));
    }
    case "array": return depth >= DEPTH ? [] : [example(api, schema.items ?? {}, depth + 1)];
    case "integer": return Math.max(schema.minimum ?? 12, 12) === 12 ? 12 : schema.minimum;
    case "number": return 1.5;
    case "boolean": return true;
    case "string": return text(schema);
    default: return null;
  }
}

function text(schema) {
  switch (schema.format) {
    case "uuid": return "0197a3c2-7b1e-7c3d-9f52-3b8a6c1d2e4f";
    case "date-time": return "2026-11-21T08:23:26.123456Z";
    case "date": return "2026-11-21";
    case "email": return "ada@example.com";
    case "uri": case "uri-reference": return "https://example.com/";
    default: return schema.type?.includes?.("null") ? null : "text";
  }
}

/** The example that a media type gives, or one made from its schema. */
export function mediaExample(api, media) {
  const [given] = Object.values(media?.examples ?? {});
  if (given) return api.resolve(given).value;
  return media?.example ?? example(api, media?.schema);
}

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** JSON text with its tokens marked. */
export function highlight(source) {
  const code = h("code", {});
  let end = 0;
  for (const match of source.matchAll(TOKEN)) {
    code.append(source.slice(end, match.index));
    const kind = match[2] ? "key" : match[1] ? "string" : match[3] ? "word" : "number";
    code.append(h("span", { class: `json-${kind}` }, match[1] ?? match[0]));
    if (match[2]) code.append(match[2]);
    end = match.index + match[0].length;
  }
  code.append(source.slice(end));
  return code;
}

const CODE = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`|\b(?:curl|const|await|jq)\b|(?<=\s)--?[A-Za-z]+\b/g;

/** A command or a script with its strings and words marked. */
export function highlightCode(source) {
  const code = h("code", {});
  let end = 0;
  for (const match of source.matchAll(CODE)) {
    code.append(source.slice(end, match.index));
    const kind = /^['"`]/.test(match[0]) ? "string" : match[0].startsWith("-") ? "number" : "word";
    code.append(h("span", { class: `json-${kind}` }, match[0]));
    end = match.index + match[0].length;
  }
  code.append(source.slice(end));
  return code;
}

export function codeBlock(content, label) {
  return h("pre", { class: "code", tabindex: "0", "aria-label": label }, content);
}
