// The account's place in the bar, and the dialog to sign in or up.

import { h, tabs, uniqueID } from "./dom.js";
import { example } from "./example.js";

/** Shows who is signed in, and keeps that up. */
export function accountMenu(api, session, place) {
  if (!session.isAvailable) return;
  const render = () => {
    if (!session.isSignedIn) {
      place.replaceChildren(h("button", { type: "button", class: "button", onclick: () => signInDialog(api, session) }, "Sign in"));
      return;
    }
    const name = session.account?.email ?? session.account?.id ?? "Signed in";
    place.replaceChildren(
      h("span", { class: "account", title: name },
        h("span", { class: "avatar", "aria-hidden": "true" }, name[0].toUpperCase()),
        h("span", { class: "account-name" }, name)),
      h("button", { type: "button", class: "button quiet-button", onclick: () => session.signOut() }, "Sign out"));
  };
  session.addEventListener("change", render);
  render();
}

/** Asks for an address and a password, or for what a new account needs. */
export function signInDialog(api, session) {
  const close = () => { dialog.close(); dialog.remove(); };
  const signIn = { label: "Sign in", content: () => form(signInFields(), "Sign in", (values) => session.signIn(values.email, values.password), close) };
  const signUp = api.signUp && {
    label: "Sign up",
    content: () => form(signUpFields(api), "Create the account", async (values) => {
      if (!(await session.signUp(values))) return verificationNotice(values.email);
    }, close),
  };
  const dialog = h("dialog", { class: "dialog", "aria-label": "Sign in or up" },
    h("button", { type: "button", class: "close", "aria-label": "Close", onclick: close }, "×"),
    tabs("Sign in or up", [signIn, signUp].filter(Boolean)));
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) close(); });
  document.getElementById("dialogs").append(dialog);
  dialog.showModal();
  dialog.querySelector("input")?.focus();
}

function signInFields() {
  return [
    { name: "email", type: "email", autocomplete: "username" },
    { name: "password", type: "password", autocomplete: "current-password" },
  ];
}

/** The fields that a new account cannot do without. */
function signUpFields(api) {
  const schema = api.schema(api.signUp.body.schema);
  const names = new Set([...(schema.required ?? []), "email", "password"]);
  return [...names].map((name) => {
    const property = api.schema(schema.properties[name]);
    // What is to be agreed to, all of it.
    if (property.type === "array") {
      return { name, type: "checkbox", label: `I agree to ${property.items.enum.join(" and ")}`, property, autocomplete: "off" };
    }
    const isPassword = name === "password";
    const type = isPassword ? "password" : property.format === "email" ? "email" : "text";
    return {
      name, type, property,
      autocomplete: isPassword ? "new-password" : type === "email" ? "username" : "off",
      placeholder: isPassword ? `${property.minLength} characters or more` : String(example(api, property) ?? ""),
    };
  });
}

/** What a sign-up says whose address has to be verified before there is an account. */
function verificationNotice(email) {
  return h("p", { class: "form-notice", role: "status" },
    `A mail with a link is on its way to ${email}; the account is made once the link is opened. `
    + "A server in development that sends no mails writes them as files into its data directory, under mail.");
}

/** A form that is done when `submit` is, or that gives way to the element that it answers. */
function form(fields, action, submit, done) {
  const message = h("p", { class: "form-error", role: "alert" });
  const button = h("button", { type: "submit", class: "button primary" }, action);
  const rows = fields.map((field) => {
    const id = uniqueID("field");
    return h("div", { class: "form-row" },
      h("label", { for: id }, field.label ?? field.name),
      h("input", {
        id, name: field.name, type: field.type, required: true, autocomplete: field.autocomplete,
        placeholder: field.placeholder, minlength: field.property?.minLength, spellcheck: "false",
      }));
  });
  return h("form", {
    class: "account-form",
    onsubmit: async (event) => {
      event.preventDefault();
      const values = Object.fromEntries(fields.map((field) => [field.name, typed(event.target.elements[field.name].value, field.property)]));
      message.textContent = "";
      button.disabled = true;
      try {
        const notice = await submit(values);
        if (notice) event.target.replaceWith(notice);
        else done();
      } catch (error) {
        message.textContent = explain(error);
      } finally {
        button.disabled = false;
      }
    },
  }, rows, message, button);
}

/** A form's text as the JSON type that the schema wants. */
function typed(text, schema) {
  const type = [schema?.type].flat()[0];
  if (type === "integer" || type === "number") return Number(text);
  if (type === "boolean") return text === "true";
  if (type === "array") return schema.items.enum;
  return text;
}

function explain(error) {
  const errors = error.problem?.errors ?? [];
  if (errors.length === 0) return error.message;
  return errors.map((one) => `${(one.pointer ?? "").slice(1)}: ${one.detail ?? one.code}`).join("\n");
}
