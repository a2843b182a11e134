/// The script of the pages: what each asks, sends and says.
enum AccountPageScript {
    static let text = """
        "use strict";
        const api = document.documentElement.dataset.api;
        const token = new URLSearchParams(location.hash.slice(1)).get("token") || "";
        // The token stays out of the browser's history.
        if (location.hash) history.replaceState(null, "", location.pathname);
        // Another link to the same page, opened in the same tab, changes the fragment alone.
        addEventListener("hashchange", () => location.reload());

        // Where there are none, a mail that proves an address signs in: there may be no other way yet.
        const hasPasswords = document.documentElement.dataset.passwords === "true";
        const session = hasPasswords ? {} : { cookie: true };

        const again = ["Ask for a new link", "forgot-password"];
        const pages = {
          "verify": { text: "Confirm your address to complete your sign-up.", button: "Confirm",
            path: "verify", body: () => ({ token, ...session }),
            done: "Your address is confirmed. Sign in to the app.",
            entered: "Your address is confirmed. You are signed in",
            elsewhere: !hasPasswords ? { text: "Complete the sign-up. If you did not sign up, close this page." }
              : { field: ["Password", "password", "new-password"], text: "Choose the password of the "
              + "account, or enter the one that it has. If you did not sign up, close this page." } },
          "reset-password": { text: "You will be signed out everywhere.",
            field: ["New password", "password", "new-password"], note: "At least 8 characters.",
            button: "Set the password", path: "password/reset",
            body: (value) => ({ token, password: value }), again,
            done: "Your password is set. Sign in to the app." },
          "forgot-password": { text: "We send you a link that sets a new password.", open: true,
            field: ["Your address", "email", "email"], button: "Send the link",
            path: "password/forgot", body: (value) => ({ email: value }),
            done: "If there is an account, a mail is on its way." },
          "confirm-address": { text: "Make this the address of your account.", button: "Confirm",
            path: "email/confirm", body: () => ({ token }), done: "Your account has its new address.",
            elsewhere: hasPasswords && { field: ["Password", "password", "current-password"], text: "Enter the password of "
              + "the account. If it is not yours, close this page." } },
          "restore-address": { text: "Give the account its former address back, and end all its sessions.",
            button: "Undo the change", path: "email/restore", body: () => ({ token }),
            done: hasPasswords ? "The change is undone. A mail with a link for a new password is on its way."
              : "The change is undone. Sign in to the app." },
          "sign-in": { text: "Go on only if you asked for this link yourself.", button: "Sign in",
            path: "code/sign-in", body: () => ({ token, cookie: true }), done: "You are signed in" },
          "invitation": { text: "Sign up in the app, with this invitation.", shown: true,
            field: ["Invitation", "text", "off"], button: "Copy",
            perform: () => navigator.clipboard.writeText(token), done: "It is copied." },
        };

        const element = (id) => document.getElementById(id);
        const input = element("input");
        const buttons = [element("button"), element("other")];
        let page = pages[location.pathname.split("/").pop()];

        function show() {
          const isComplete = token || page.open;
          element("text").textContent = isComplete ? page.text
            : "This link is not complete. Open it from the mail once more, or copy it whole.";
          if (!isComplete) return;
          element("form").hidden = false;
          element("button").textContent = page.button;
          element("note").textContent = page.note || "";
          element("label").hidden = input.hidden = !page.field;
          input.required = Boolean(page.field);
          if (!page.field) return;
          [element("label").textContent, input.type, input.autocomplete] = page.field;
          input.readOnly = Boolean(page.shown);
          input.value = page.shown ? token : "";
          input.minLength = input.autocomplete === "new-password" ? 8 : 0;
          input.focus();
        }

        function send(path, body) {
          return fetch(api + path, { method: "POST", credentials: "same-origin",
            headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
        }

        // What is said last; the form is gone, so the keyboard's place goes there.
        function finish(text) {
          element("form").hidden = true;
          element("text").hidden = true;
          element("result").textContent = text;
          element("result").focus();
        }

        // Problems name members as programs do, in quotation marks.
        function sentence(text) {
          const plain = text.replace(/^"(\\w+)"/, "the $1");
          return plain[0].toUpperCase() + plain.slice(1) + ".";
        }

        function refuse(problem) {
          const isVoid = problem.code === "auth.invalid-code" && page.path !== "second-factor";
          const errors = (problem.errors || []).map((error) => sentence(error.detail)).join(" ");
          element("error").textContent = isVoid ? "This link was used already, or has expired."
            : errors || sentence(problem.detail || problem.title)
              + (problem.code === "auth.password-required" ? " " + sentence(problem.hint) : "");
          if (isVoid && page.again) {
            [element("more").textContent, element("more").href] = page.again;
            element("more").parentElement.hidden = false;
          }
          if (isVoid) { element("form").hidden = true; element("text").hidden = true; }
          if (page.field) { input.setAttribute("aria-invalid", "true"); input.focus(); }
        }

        // What a mail completes has to come from where it was asked for, or with what the account is to have.
        function askMore({ consents = [] }) {
          const boxes = consents.map((name) => {
            const label = document.createElement("label");
            const box = document.createElement("input");
            Object.assign(box, { type: "checkbox", name, required: true });
            label.append(box, " I agree to " + name);
            return label;
          });
          element("consents").replaceChildren(...boxes);
          page = { ...page, ...page.elsewhere, elsewhere: undefined,
            body: (password) => ({ token, ...session, ...(page.field ? { password } : {}),
              ...(consents.length ? { consents } : {}) }) };
          show();
        }

        // Whoever has a second factor is asked for it here.
        function askSecondFactor({ challenge, factors }) {
          const isCode = factors.some((factor) => factor !== "passkey");
          page = { text: "Show that it is you, with your second factor.", open: true, path: "second-factor",
            field: isCode ? ["Code of your app, or a recovery code", "text", "one-time-code"] : undefined,
            button: isCode ? "Sign in" : "Use a passkey", done: page.done, entered: page.entered,
            body: isCode ? (text) => ({ challenge, ...proof(text) }) : () => passkey(challenge) };
          element("other").hidden = !isCode || !factors.includes("passkey");
          element("other").onclick = () => submit(() => passkey(challenge));
          show();
        }

        function proof(text) {
          const code = text.replace(/\\s/g, "");
          return /^\\d{6,8}$/.test(code) ? { code } : { recovery_code: text.trim() };
        }

        async function passkey(challenge) {
          const { publicKey } = await (await send("passkeys/options", { challenge })).json();
          const options = PublicKeyCredential.parseRequestOptionsFromJSON(publicKey);
          const credential = await navigator.credentials.get({ publicKey: options });
          return { challenge, credential: credential.toJSON() };
        }

        // Whose account it is, so that nobody works in a stranger's without knowing.
        async function who() {
          const answer = await fetch(api + "me", { credentials: "same-origin" });
          const { email } = answer.ok ? await answer.json() : {};
          return email ? ` as ${email}.` : ".";
        }

        async function submit(makeBody) {
          for (const button of buttons) button.disabled = true;
          element("error").textContent = "";
          input.removeAttribute("aria-invalid");
          try {
            if (page.perform) { await page.perform(); element("result").textContent = page.done; return; }
            const answer = await send(page.path, await makeBody(input.value));
            const content = answer.status === 204 ? {} : await answer.json();
            if (content.code === "auth.second-factor-required") askSecondFactor(content);
            else if (page.elsewhere && (content.code === "auth.password-required" || content.consents)) {
              askMore(content);
            }
            else if (!answer.ok) refuse(content);
            else {
              // A verification signs in; nobody needs that session.
              if (content.refresh_token) await send("sign-out", { refresh_token: content.refresh_token });
              finish(content.csrf_token ? (page.entered || page.done) + await who() : page.done);
            }
          } catch (error) {
            element("error").textContent = error instanceof DOMException ? "That did not work. Try again."
              : "The server cannot be reached. Try again.";
          } finally {
            for (const button of buttons) button.disabled = false;
          }
        }

        element("form").addEventListener("submit", (event) => { event.preventDefault(); submit(page.body); });
        if (page) show();

        """
}
