// The pages that the hash names: the overview, a tag with its operations, and the problems.

import { copyButton, h, inline, methodBadge, prose, statusBadge } from "./dom.js";
import { codeBlock, highlightCode } from "./example.js";
import { operationSection } from "./operation.js";
import { Draft } from "./request.js";
import { schemaTree } from "./schema.js";

export function overviewPage(api) {
  const { info } = api.document;
  return h("article", { class: "page overview" },
    h("header", { class: "hero" },
      h("p", { class: "eyebrow" }, "API reference"),
      h("h1", {}, info.title),
      prose(info.description),
      h("div", { class: "base" }, h("span", {}, "Base URL"), h("code", {}, api.base), copyButton(() => api.base, "Copy the base URL"))),
    firstSteps(api),
    h("div", { class: "modules" }, api.groups.map((group) => h("section", { class: "module" },
      h("h2", {}, group.name),
      h("div", { class: "cards" }, group.tags.map((name) => tagCard(api, name)))))));
}

function tagCard(api, name) {
  const operations = api.operationsOf(name);
  const methods = [...new Set(operations.map((operation) => operation.method))];
  return h("a", { class: "tag-card", href: `#${name}` },
    h("strong", {}, name),
    h("span", { class: "note" }, inline(api.tags.get(name)?.description ?? "")),
    h("span", { class: "tag-methods" }, methods.map(methodBadge), h("span", { class: "quiet" }, `${operations.length} operations`)));
}

/** From nothing to a first record, in commands that can be pasted one after the other. */
function firstSteps(api) {
  const { signUp } = api;
  const first = api.operations.find((operation) =>
    operation.method === "post" && operation.access === "required" && operation.body && operation.id.startsWith("create")
    && !Object.values(api.schema(operation.body.schema).properties ?? {}).some((property) => property.format === "uuid"));
  const signIn = api.byID.get("signIn");
  const steps = [
    signUp && ["Sign up", new Draft(api, signUp).curl()],
    signIn && ["Sign in", `TOKEN=$(${new Draft(api, signIn).curl().replace("curl", "curl -s")} \\\n  | jq -r .access_token)`],
    first && [first.summary, new Draft(api, first).curl("token")],
  ].filter(Boolean);
  if (steps.length === 0) return null;
  return h("section", { class: "steps" }, h("h2", {}, "First steps"),
    h("ol", {}, steps.map(([title, code]) => h("li", { class: "card step" },
      h("div", { class: "step-head" }, h("span", {}, title), copyButton(() => code)),
      codeBlock(highlightCode(code), title)))));
}

export function tagPage(api, session, name) {
  const operations = api.operationsOf(name);
  const record = operations.flatMap((operation) => operation.responses)
    .map((response) => Object.values(response.content ?? {})[0]?.schema)
    .find((schema) => schema?.$ref && api.document.components.schemas[`${api.name(schema)}Selection`]);
  return h("article", { class: "page" },
    h("header", { class: "tag-head" },
      h("p", { class: "eyebrow" }, api.groups.find((group) => group.tags.includes(name))?.name),
      h("h1", {}, name),
      prose(api.tags.get(name)?.description),
      h("div", { class: "tag-body" }, h("ul", { class: "endpoints" }, operations.map((operation) => h("li", {},
        h("a", { href: `#${operation.id}` }, methodBadge(operation.method), h("span", { class: "path" }, operation.path),
          h("span", { class: "quiet" }, operation.summary))))),
      record && h("section", { class: "record card", "aria-label": "The record" },
        h("div", { class: "record-head" }, h("b", {}, api.name(record)), h("span", { class: "quiet" }, "the record")),
        h("div", { class: "record-body", tabindex: "0" }, schemaTree(api, record))))),
    operations.map((operation) => operationSection(api, session, operation)));
}

export function problemsPage(api) {
  const rows = api.problems.map((problem) => h("section", { class: "problem", id: problem.code },
    h("div", { class: "problem-head" },
      problem.status ? statusBadge(problem.status) : h("span", { class: "status status-none", title: "Stands in `errors`" }, "errors"),
      h("h2", {}, h("code", {}, problem.code)),
      h("a", { class: "anchor", href: `#${problem.code}`, "aria-label": `Link to ${problem.code}` }, "#")),
    h("p", {}, h("strong", {}, problem.title), problem.description === problem.title ? "." : [". ", inline(problem.description)])));
  return h("article", { class: "page narrow" },
    h("header", { class: "tag-head" },
      h("p", { class: "eyebrow" }, "Reference"),
      h("h1", {}, "Problems"),
      prose("Whatever goes wrong is answered as `application/problem+json` (RFC 9457). Programs go by `code`, which never changes; people read `detail` and `hint`. `trace` finds the request in the server’s logs."),
      api.document.components.schemas.Problem && h("details", { class: "disclosure" }, h("summary", {}, "The body: ", h("b", {}, "Problem")), schemaTree(api, { $ref: "#/components/schemas/Problem" }))),
    rows.length > 0 ? rows : h("p", { class: "quiet" }, "This server lists no problems."));
}
