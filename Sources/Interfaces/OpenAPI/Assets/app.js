// The documentation page: loads the API's description and shows what the URL's hash names.

import { accountMenu } from "./account.js";
import { API } from "./api.js";
import { h } from "./dom.js";
import { overviewPage, problemsPage, tagPage } from "./pages.js";
import { Session } from "./session.js";
import { Sidebar } from "./sidebar.js";

const main = document.getElementById("main");

async function start() {
  const path = document.querySelector('meta[name="mainstay-document"]').content;
  let api;
  try {
    api = await API.load(path);
  } catch (error) {
    main.replaceChildren(h("p", { class: "loading", role: "alert" }, `The API’s description could not be loaded: ${error.message}`));
    return;
  }
  const { info } = api.document;
  document.getElementById("brand").textContent = info.title;
  document.getElementById("version").textContent = info.version;
  const session = new Session(api);
  accountMenu(api, session, document.getElementById("session"));
  const sidebar = new Sidebar(api, {
    tree: document.getElementById("tree"), search: document.getElementById("search"),
    panel: document.getElementById("sidebar"), menu: document.getElementById("menu"),
  });
  const router = new Router(api, session, sidebar);
  addEventListener("hashchange", () => router.show());
  router.show();
}

/** Shows the page that the hash names, and marks the operation that is being read. */
class Router {
  #shown;
  #observer;

  constructor(api, session, sidebar) {
    this.api = api;
    this.session = session;
    this.sidebar = sidebar;
  }

  show() {
    const target = decodeURIComponent(location.hash.slice(1)).replace(/^problem-/, "");
    const page = this.#page(target);
    if (page.key !== this.#shown) {
      this.#shown = page.key;
      main.replaceChildren(page.make());
      document.title = `${page.title} · ${this.api.document.info.title}`;
      scrollTo({ top: 0 });
      this.#observe();
    }
    this.sidebar.mark(page.link, page.key);
    const section = document.getElementById(target);
    main.querySelector(".target")?.classList.remove("target");
    if (!section || !main.contains(section)) return;
    section.classList.add("target");
    section.scrollIntoView();
  }

  #page(target) {
    const operation = this.api.byID.get(target);
    const tag = operation?.tag ?? (this.api.tags.has(target) ? target : undefined);
    if (tag) return { key: tag, link: target, title: tag, make: () => tagPage(this.api, this.session, tag) };
    const isProblem = target === "problems" || this.api.problems.some(({ code }) => code === target)
      || location.pathname.endsWith("/problems");
    if (isProblem && target !== "overview") return { key: "problems", link: "problems", title: "Problems", make: () => problemsPage(this.api) };
    return { key: "overview", link: "overview", title: "Overview", make: () => overviewPage(this.api) };
  }

  /** While the reader scrolls, the sidebar follows. */
  #observe() {
    this.#observer?.disconnect();
    this.#observer = new IntersectionObserver((entries) => {
      const entry = entries.find(({ isIntersecting }) => isIntersecting);
      if (!entry) return;
      this.sidebar.mark(entry.target.id, this.#shown);
    }, { rootMargin: "-20% 0px -75% 0px" });
    for (const section of main.querySelectorAll(".operation")) this.#observer.observe(section);
  }
}

document.getElementById("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = isDark ? "light" : "dark";
  localStorage.setItem("docs.theme", root.dataset.theme);
});

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});

start();
