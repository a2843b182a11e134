// One operation: what it takes and answers on the left, how to send it on the right.

import { requestConsole } from "./console.js";
import { copyButton, h, inline, methodBadge, prose, statusBadge, tabs } from "./dom.js";
import { codeBlock, highlight, highlightCode, mediaExample } from "./example.js";
import { Draft } from "./request.js";
import { details, label, schemaTree } from "./schema.js";

/** Answers that say the same of every operation have no example of their own. */
const COMMON = ["406", "413", "415", "429", "500", "503", "507", "default"];
const PLACES = [["path", "In the path"], ["query", "Query parameters"], ["header", "Headers"]];
const ACCESS = {
  open: ["Open to all", "Signing in makes no difference"],
  optional: ["Open to all", "Works without a token; the answer may depend on who asks"],
  required: ["Signed in only", "Needs an access token"],
};

export function operationSection(api, session, operation) {
  const draft = new Draft(api, operation);
  return h("section", { class: "operation", id: operation.id, "aria-labelledby": `${operation.id}-title` },
    h("div", { class: "operation-text" },
      h("h2", { id: `${operation.id}-title` },
        operation.summary,
        h("a", { class: "anchor", href: `#${operation.id}`, "aria-label": `Link to ${operation.summary}` }, "#")),
      endpoint(api, operation),
      prose(operation.description),
      parameters(api, operation),
      body(api, operation),
      responses(api, operation)),
    h("aside", { class: "operation-code", "aria-label": `How to send: ${operation.summary}` },
      requestCard(api, session, draft),
      exampleCard(api, operation)));
}

function endpoint(api, operation) {
  const [text, title] = ACCESS[operation.access];
  return h("div", { class: "endpoint" },
    methodBadge(operation.method),
    h("span", { class: "path" }, operation.path.split(/(\{\w+\})/).map((part) =>
      (part.startsWith("{") ? h("var", {}, part) : part))),
    copyButton(() => api.base + operation.path, "Copy the URL"),
    h("span", { class: `access access-${operation.access}`, title }, text));
}

function parameters(api, operation) {
  return PLACES.map(([place, title]) => {
    const own = operation.parameters.filter((parameter) => parameter.in === place);
    if (own.length === 0) return null;
    const rows = own.map((parameter) => h("li", { class: "row" },
      h("div", { class: "row-head" },
        h("span", { class: "name" }, parameter.name),
        h("span", { class: "type" }, label(api, parameter.schema)),
        parameter.required && h("span", { class: "required" }, "required")),
      parameter.description && h("p", { class: "note" }, inline(parameter.description)),
      details(api, parameter.schema),
      examples(parameter)));
    return h("div", { class: "block" }, h("h3", {}, title), h("ul", { class: "schema" }, rows));
  });
}

function examples(parameter) {
  const given = Object.values(parameter.examples ?? {});
  if (given.length === 0) return null;
  return h("div", { class: "examples" }, given.map(({ value }) =>
    h("code", {}, `${parameter.name}=${Array.isArray(value) ? value.join(",") : value}`)));
}

function body(api, operation) {
  if (!operation.body) return null;
  const schema = api.schema(operation.body.schema);
  return h("div", { class: "block" },
    h("h3", {}, "Body", h("span", { class: "media" }, operation.mediaTypes.join(" or "))),
    schema.description && h("p", { class: "note" }, inline(schema.description)),
    schemaTree(api, operation.body.schema, true));
}

function responses(api, operation) {
  const items = operation.responses.filter(({ status }) => status !== "default").map((response) => ({
    label: statusBadge(response.status),
    content: () => responsePanel(api, response),
  }));
  return h("div", { class: "block" }, h("h3", {}, "Answers"), tabs("Answers by status", items));
}

function responsePanel(api, response) {
  const media = Object.values(response.content ?? {})[0];
  const headers = Object.entries(response.headers ?? {}).map(([name, header]) => {
    const { description } = api.resolve(header);
    return h("li", { class: "row" }, h("div", { class: "row-head" }, h("span", { class: "name" }, name), h("span", { class: "type" }, "header")),
      h("p", { class: "note" }, inline(description ?? "")));
  });
  return h("div", {},
    h("p", { class: "note" }, inline(response.description ?? ""),
      Number(response.status) >= 400 && [" ", h("a", { href: "#problems" }, "All problems")]),
    headers.length > 0 && h("ul", { class: "schema" }, headers),
    media && h("p", { class: "media-line" }, label(api, media.schema), h("span", { class: "media" }, Object.keys(response.content)[0])),
    media && schemaTree(api, media.schema));
}

function requestCard(api, session, draft) {
  const snippet = (make) => ({
    isLive: true,
    content: () => codeBlock(highlightCode(make()), "Code"),
  });
  const items = [
    { label: "curl", ...snippet(() => draft.curl(session.token)) },
    { label: "JavaScript", ...snippet(() => draft.javascript(session.token)) },
    { label: h("span", { class: "try" }, "Try it"), content: () => requestConsole(api, session, draft) },
  ];
  const copy = copyButton(() => card.querySelector("pre")?.textContent ?? draft.curl(session.token), "Copy the code");
  const card = h("div", { class: "card" });
  card.append(tabs("Ways to send", items, { actions: [copy] }));
  return card;
}

function exampleCard(api, operation) {
  const items = operation.responses
    .filter(({ status, content }) => !COMMON.includes(status) && content)
    .map((response) => ({
      label: statusBadge(response.status),
      content: () => {
        const text = JSON.stringify(mediaExample(api, Object.values(response.content)[0]), null, 2);
        return codeBlock(highlight(text), `Example of ${response.status}`);
      },
    }));
  if (items.length === 0) return null;
  const card = h("div", { class: "card" });
  card.append(tabs("Example answers", items, {
    actions: [copyButton(() => card.querySelector("pre").textContent, "Copy the example")],
  }));
  return card;
}
