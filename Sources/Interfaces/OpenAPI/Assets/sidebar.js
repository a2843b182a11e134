// The tree of operations, its search, and the keys that go with them.

import { h, methodBadge } from "./dom.js";

/** The words that a search can begin: `createPost` is `createpost`, `create` and `post`. */
function wordsOf(text) {
  const parts = text.replace(/([a-z])([A-Z])/g, "$1 $2").split(/[^\p{L}\p{N}]+/u);
  return [...parts, ...text.split(/\s+/)].map((word) => word.toLowerCase()).filter(Boolean);
}

export class Sidebar {
  #links = [];

  constructor(api, { tree, search, panel, menu }) {
    this.search = search;
    this.panel = panel;
    this.menu = menu;
    const groups = api.groups.map((group) => this.#group(group.name, group.tags.map((tag) => this.#tag(api, tag))));
    tree.replaceChildren(this.#group("", [h("ul", {}, this.#item("overview", "Overview"), this.#item("problems", "Problems"))]), ...groups,
      h("p", { class: "no-match", role: "status", hidden: true }, "Nothing matches."));
    this.tree = tree;
    this.#listen();
  }

  #group(name, content) {
    return h("section", { class: "group" }, name && h("h2", {}, name), content);
  }

  #tag(api, name) {
    const operations = api.operationsOf(name);
    return h("div", { class: "tag" }, h("ul", {},
      this.#item(name, name, undefined, "tag-link"),
      operations.map((operation) => this.#item(operation.id, operation.summary, operation))));
  }

  #item(target, text, operation, kind = "") {
    const words = wordsOf(`${text} ${operation?.path ?? ""} ${operation?.tag ?? ""} ${target}`);
    const link = h("a", { href: `#${target}`, class: `${kind} ${operation ? "operation-link" : ""}`.trim() },
      h("span", { class: "link-text" }, text), operation && methodBadge(operation.method));
    const item = h("li", {}, link);
    this.#links.push({ target, link, item, words, method: operation?.method });
    return item;
  }

  /** Marks where the reader is. */
  mark(target, section) {
    for (const { target: own, link } of this.#links) {
      if (own === target) {
        link.setAttribute("aria-current", "true");
        link.scrollIntoView({ block: "nearest" });
      } else link.removeAttribute("aria-current");
      link.closest(".tag")?.classList.toggle("open", link.closest(".tag").querySelector(`a[href="#${CSS.escape(section)}"]`) !== null);
    }
    this.toggle(false);
  }

  toggle(isOpen) {
    this.panel.classList.toggle("open", isOpen);
    this.menu.setAttribute("aria-expanded", String(isOpen));
  }

  #filter() {
    const terms = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const { item, words, method } of this.#links) {
      const isMatch = terms.every((term) => words.some((word) => word.startsWith(term)));
      // A method alone is a search too; among other words it would match too much.
      item.hidden = !isMatch && !(terms.length === 1 && terms[0] === method);
    }
    this.tree.classList.toggle("searching", terms.length > 0);
    for (const group of this.tree.querySelectorAll(".group")) group.hidden = !group.querySelector("li:not([hidden])");
    this.tree.querySelector(".no-match").hidden = this.#visible().length > 0;
  }

  #visible() {
    return this.#links.map(({ link }) => link).filter((link) => link.offsetParent !== null);
  }

  #listen() {
    this.search.addEventListener("input", () => this.#filter());
    this.search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#visible()[0]?.click();
    });
    this.panel.addEventListener("keydown", (event) => this.#move(event));
    this.menu.addEventListener("click", () => {
      this.toggle(!this.panel.classList.contains("open"));
      if (this.panel.classList.contains("open")) this.search.focus();
    });
    document.addEventListener("keydown", (event) => this.#shortcut(event));
    document.getElementById("main").addEventListener("click", () => this.toggle(false));
  }

  #move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const stops = [this.search, ...this.#visible()];
    const index = stops.indexOf(document.activeElement) + step;
    stops[Math.max(0, Math.min(index, stops.length - 1))].focus();
  }

  #shortcut(event) {
    const isTyping = event.target.matches?.("input, textarea, select");
    if (event.key === "/" && !isTyping && !event.metaKey && !event.ctrlKey) {
      event.preventDefault();
      if (this.menu.offsetParent !== null) this.toggle(true);
      this.search.focus();
      this.search.select();
    }
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
      if (this.search.value) {
        this.search.value = "";
        this.#filter();
      }
      this.toggle(false);
      if (this.panel.contains(document.activeElement)) document.getElementById("main").focus();
    }
  }
}
