/// The script of the pages: what each asks, sends and says.
enum AccountPageScript {
    static let text = """
        "use strict";
        const api = document.documentElement.dataset.api;
        const token = new URLSearchParams(location.hash.slice(1)).get("token") || "";
        // The token stays out of the browser's history.
        if (location.hash) history.replaceState(null, "", location.pathname);

        const pages = {
          "verify": { text: "Confirm your address to complete your sign-up.", button: "Confirm",
            path: "verify", body: () => ({ token }), done: "Your address is confirmed. Sign in to the app." },
          "reset-password": { text: "Choose a new password. You will be signed out everywhere.",
            field: ["New password", "password", "new-password"], button: "Set the password",
            path: "password/reset", body: (value) => ({ token, password: value }),
            done: "Your password is set. Sign in to the app." },
          "forgot-password": { text: "We send you a link that sets a new password.", open: true,
            field: ["Your address", "email", "email"], button: "Send the link",
            path: "password/forgot", body: (value) => ({ email: value }),
            done: "If there is an account, a mail is on its way." },
          "confirm-address": { text: "Make this the address of your account.", button: "Confirm",
            path: "email/confirm", body: () => ({ token }), done: "Your account has its new address." },
          "restore-address": { text: "Give the account its former address back, and end all its sessions.",
            button: "Undo the change", path: "email/restore", body: () => ({ token }),
            done: "The change is undone. A mail with a link for a new password is on its way." },
          "sign-in": { text: "Sign in on this device.", button: "Sign in", path: "code/sign-in",
            body: () => ({ token, cookie: true }), done: "You are signed in. Go back to the app." },
          "invitation": { text: "You are invited. Sign up in the app, with this invitation: " + token },
        };

        const element = (id) => document.getElementById(id);
        const page = pages[location.pathname.split("/").pop()];
        const input = element("input");

        function show() {
          const isComplete = token || page.open;
          element("text").textContent = isComplete ? page.text
            : "This link is not complete. Copy it whole from the mail.";
          if (!isComplete || !page.button) return;
          element("button").textContent = page.button;
          element("button").hidden = false;
          if (!page.field) { input.required = false; return; }
          const [name, type, completion] = page.field;
          element("label").firstElementChild.textContent = name;
          element("label").hidden = false;
          input.type = type;
          input.autocomplete = completion;
        }

        function send(path, body) {
          return fetch(api + path, { method: "POST", credentials: "same-origin",
            headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
        }

        async function submit() {
          element("button").disabled = true;
          element("result").textContent = "";
          try {
            const answer = await send(page.path, page.body(input.value));
            const content = answer.status === 204 ? {} : await answer.json();
            if (!answer.ok) {
              const errors = (content.errors || []).map((error) => error.detail).join(" ");
              element("result").textContent = errors || content.detail || content.title;
              element("button").disabled = false;
              return;
            }
            // A verification signs in; nobody needs that session.
            if (content.refresh_token) await send("sign-out", { refresh_token: content.refresh_token });
            element("form").hidden = true;
            element("result").textContent = page.done;
          } catch {
            element("result").textContent = "The server cannot be reached. Try again.";
            element("button").disabled = false;
          }
        }

        element("form").addEventListener("submit", (event) => { event.preventDefault(); submit(); });
        if (page) show();

        """
}
