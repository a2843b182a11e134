// "Try it": sends a request from the page and shows the answer.

import { signInDialog } from "./account.js";
import { copyButton, h, statusBadge, tabs, uniqueID } from "./dom.js";
import { codeBlock, highlight } from "./example.js";

/** The id of the record that was last answered, by tag: the next request most likely is about it. */
const recentIDs = new Map();
/** Parameters that are folded away until somebody wants them. */
const RARE = ["cursor", "page", "offset", "count"];

/** The form of one request and, once it was sent, its answer. */
export function requestConsole(api, session, draft) {
  const { operation } = draft;
  const answer = h("div", { class: "answer", "aria-live": "polite" });
  const send = h("button", { type: "submit", class: "button primary" }, "Send");
  const hint = h("p", { class: "console-hint" });

  const submit = async () => {
    if (!form.reportValidity()) return;
    send.disabled = true;
    answer.replaceChildren(h("p", { class: "quiet" }, "Sending…"));
    const start = performance.now();
    try {
      const response = await session.fetch(draft.url, draft.options);
      const text = await response.text();
      remember(operation, text);
      answer.replaceChildren(answerView(response, text, performance.now() - start, nextPage));
    } catch (error) {
      answer.replaceChildren(h("p", { class: "form-error" }, `No answer: ${error.message}`));
    } finally {
      send.disabled = false;
    }
  };

  const nextPage = (cursor) => {
    for (const name of ["page", "offset"]) setInput(form, draft, name, "");
    setInput(form, draft, "cursor", cursor);
    submit();
  };

  const form = h("form", {
    class: "console",
    onsubmit: (event) => { event.preventDefault(); submit(); },
    onkeydown: (event) => { if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) { event.preventDefault(); submit(); } },
  }, parameterGroups(api, draft), bodyEditor(draft), h("div", { class: "console-end" }, send, h("kbd", {}, "Ctrl ⏎"), hint));

  const renderHint = () => {
    const needsAccount = operation.access === "required" && !session.isSignedIn;
    hint.replaceChildren(...(needsAccount
      ? [h("button", { type: "button", class: "link", onclick: () => signInDialog(api, session) }, "Sign in"), " to be allowed to."]
      : []));
  };
  session.addEventListener("change", renderHint);
  renderHint();
  return h("div", {}, form, answer);
}

function parameterGroups(api, draft) {
  const shown = draft.operation.parameters;
  const isMain = ({ name, in: place }) => place !== "header" && !RARE.includes(name);
  const main = shown.filter(isMain);
  const rest = shown.filter((parameter) => !isMain(parameter));
  if (main.some((parameter) => parameter.name === "id") && !draft.values.has("id") && recentIDs.has(draft.operation.tag)) {
    draft.set("id", recentIDs.get(draft.operation.tag));
  }
  return [
    main.length > 0 && h("div", { class: "console-group" }, main.map((parameter) => parameterRow(api, draft, parameter))),
    rest.length > 0 && h("details", { class: "console-more" },
      h("summary", {}, rest.map((parameter) => parameter.name).join(", ")),
      rest.map((parameter) => parameterRow(api, draft, parameter))),
  ];
}

function parameterRow(api, draft, parameter) {
  const id = uniqueID("parameter");
  const warning = h("p", { class: "warning", id: `${id}-warning` });
  const input = parameterInput(api, draft, parameter, id);
  const change = () => {
    draft.set(parameter.name, input.value);
    const [problem] = draft.problemsOf(parameter);
    warning.textContent = problem && input.value !== "" ? `${problem.pointer} ${problem.message}`.replace("/", " item ") : "";
  };
  input.addEventListener("input", change);
  const suggest = parameter.name === "Idempotency-Key"
    && h("button", { type: "button", class: "link", onclick: () => { input.value = crypto.randomUUID(); change(); } }, "New");
  return h("div", { class: "console-row" },
    h("label", { for: id }, parameter.name, parameter.required && h("span", { class: "star", title: "required" }, "*")),
    h("div", { class: "console-field" }, input, suggest), warning);
}

function parameterInput(api, draft, parameter, id) {
  const schema = api.schema(parameter.schema);
  const value = draft.values.get(parameter.name) ?? "";
  const common = { id, name: parameter.name, required: parameter.required, "aria-describedby": `${id}-warning` };
  if (schema.enum) {
    return h("select", { ...common, value }, h("option", { value: "" }, "—"),
      schema.enum.map((one) => h("option", { value: one, selected: one === value }, one)));
  }
  const [given] = Object.values(parameter.examples ?? {});
  const shown = given?.value ?? schema.default ?? schema.examples?.[0] ?? "";
  const input = h("input", {
    ...common, value, type: "text", inputmode: schema.type === "integer" ? "numeric" : undefined,
    placeholder: String(shown), spellcheck: "false", autocomplete: "off",
  });
  if (!schema.items?.enum) return input;
  const list = h("datalist", { id: `${id}-list` }, schema.items.enum.map((one) => h("option", { value: one })));
  input.setAttribute("list", list.id);
  input.append(list);
  document.getElementById("dialogs").append(list);
  return input;
}

function setInput(form, draft, name, value) {
  const input = form.elements[name];
  if (!input) return;
  input.value = value;
  draft.set(name, value);
}

/** The body as text, with what its schema has against it while it is typed. */
function bodyEditor(draft) {
  if (draft.body === undefined) return null;
  const id = uniqueID("body");
  const problems = h("ul", { class: "problems", "aria-live": "polite" });
  const area = h("textarea", { id, spellcheck: "false", autocapitalize: "off", value: draft.body, rows: Math.min(14, draft.body.split("\n").length + 1) });
  const check = () => {
    problems.replaceChildren(...draft.bodyProblems.slice(0, 6).map((problem) =>
      h("li", {}, h("code", {}, problem.pointer || "body"), " ", problem.message)));
    area.setAttribute("aria-invalid", String(problems.childElementCount > 0));
  };
  area.addEventListener("input", () => { draft.setBody(area.value); check(); });
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || event.shiftKey) return;
    const { selectionStart: start } = area;
    if (!/(^|\n)\s*$/.test(area.value.slice(0, start))) return;
    event.preventDefault();
    area.setRangeText("  ", start, area.selectionEnd, "end");
  });
  check();
  const mediaType = draft.operation.mediaTypes.length > 1
    && h("select", { "aria-label": "Content-Type", onchange: (event) => draft.setMediaType(event.target.value) },
      draft.operation.mediaTypes.map((one) => h("option", { value: one }, one)));
  return h("div", { class: "console-group" }, h("div", { class: "body-head" }, h("label", { for: id }, "Body"), mediaType), area, problems);
}

function answerView(response, text, milliseconds, nextPage) {
  const body = pretty(text);
  const headers = [...response.headers].map(([name, value]) => h("div", { class: "header-row" }, h("dt", {}, name), h("dd", {}, value)));
  const next = body.value?.next;
  return h("div", {},
    h("div", { class: "answer-head" },
      statusBadge(response.status), h("span", { class: "reason" }, response.statusText),
      h("span", { class: "quiet" }, `${Math.round(milliseconds)} ms · ${size(text)}`),
      typeof next === "string" && h("button", { type: "button", class: "button small", onclick: () => nextPage(next) }, "Next page →")),
    tabs("Answer", [
      { label: "Body", content: () => (text ? codeBlock(highlight(body.text), "The answer’s body") : h("p", { class: "empty" }, "No body.")) },
      { label: `Headers ${headers.length}`, content: () => h("dl", { class: "header-list" }, headers) },
    ], { actions: [copyButton(() => body.text, "Copy the body")] }));
}

function pretty(text) {
  try {
    const value = JSON.parse(text);
    return { value, text: JSON.stringify(value, null, 2) };
  } catch {
    return { value: undefined, text };
  }
}

function size(text) {
  const bytes = new TextEncoder().encode(text).length;
  return bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KB`;
}

function remember(operation, text) {
  const { value } = pretty(text);
  const id = value?.id ?? value?.items?.[0]?.id;
  if (typeof id === "string") recentIDs.set(operation.tag, id);
}
