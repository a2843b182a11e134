// Building elements. Text is always set as text, never parsed as HTML.

/** Makes an element: `h("a", { href, class, onclick }, "text", child, …)`. */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "value") element.value = value;
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

let counter = 0;

/** An id that no other element has. */
export function uniqueID(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}

/** Markdown's paragraphs, `code`, **bold** and bare list items, as elements. */
export function prose(text) {
  if (!text) return null;
  return h("div", { class: "prose" }, text.split(/\n{2,}/).map((paragraph) => h("p", {}, inline(paragraph))));
}

/** `code` and **bold** within a line. */
export function inline(text) {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) => {
    if (part.startsWith("`") && part.length > 2) return h("code", {}, part.slice(1, -1));
    if (part.startsWith("**") && part.length > 4) return h("strong", {}, part.slice(2, -2));
    return part;
  });
}

export function methodBadge(method) {
  const label = method === "delete" ? "DEL" : method.toUpperCase();
  return h("span", { class: `method method-${method}`, title: method.toUpperCase() }, label);
}

export function statusBadge(status) {
  return h("span", { class: `status status-${String(status)[0]}` }, String(status));
}

/** A button that copies what `text()` gives and says so. */
export function copyButton(text, label = "Copy") {
  const button = h("button", { class: "copy", type: "button", "aria-label": label }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = "Copied";
    } catch {
      button.textContent = "Press Ctrl+C";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1600);
  });
  return button;
}

/**
 * Tabs after the ARIA pattern: arrows move, Home and End jump.
 * Each tab is `{ label, content }`, where `content()` is called when the tab is first shown.
 */
export function tabs(label, items, { selected = 0, actions = [] } = {}) {
  const panel = h("div", { class: "tab-panel", role: "tabpanel", id: uniqueID("panel"), tabindex: "0" });
  const shown = new Map();
  const buttons = items.map((item, index) =>
    h("button", {
      type: "button", role: "tab", id: uniqueID("tab"), "aria-controls": panel.id,
      onclick: () => select(index),
    }, item.label));

  function select(index, focus = false) {
    buttons.forEach((button, position) => {
      button.setAttribute("aria-selected", String(position === index));
      button.tabIndex = position === index ? 0 : -1;
    });
    if (!shown.has(index) || items[index].isLive) shown.set(index, items[index].content());
    panel.replaceChildren(shown.get(index));
    panel.setAttribute("aria-labelledby", buttons[index].id);
    if (focus) buttons[index].focus();
  }

  const list = h("div", { role: "tablist", "aria-label": label, class: "tab-list" }, buttons);
  list.addEventListener("keydown", (event) => {
    const current = buttons.indexOf(document.activeElement);
    const target = { ArrowRight: current + 1, ArrowLeft: current - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (target === undefined || current < 0) return;
    event.preventDefault();
    event.stopPropagation();
    select((target + buttons.length) % buttons.length, true);
  });
  select(selected);
  const root = h("div", { class: "tabs" }, h("div", { class: "tab-bar" }, list, actions), panel);
  root.select = select;
  return root;
}
