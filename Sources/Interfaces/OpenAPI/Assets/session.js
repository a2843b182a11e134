// Who is signed in. The tokens live in this tab alone and end with it.

const KEY = "docs.session";

export class Session extends EventTarget {
  #api;
  #tokens;
  #refreshing;

  constructor(api) {
    super();
    this.#api = api;
    this.account = undefined;
    try {
      this.#tokens = JSON.parse(sessionStorage.getItem(KEY)) ?? undefined;
    } catch {
      this.#tokens = undefined;
    }
    if (this.#tokens) this.#loadAccount();
  }

  get isSignedIn() { return Boolean(this.#tokens); }

  get token() { return this.#tokens?.access_token; }

  get isAvailable() { return this.#api.byID.has("signIn"); }

  async signIn(email, password) {
    this.#store(await this.#post("signIn", { email, password }));
    await this.#loadAccount();
  }

  /** Makes an account and signs it in; false if its address has to be verified first. */
  async signUp(fields) {
    const answer = await this.#exchange(this.#api.signUp, fields);
    if (answer?.status === "verification-sent") return false;
    await this.signIn(fields.email, fields.password);
    return true;
  }

  async signOut() {
    const refreshToken = this.#tokens?.refresh_token;
    this.#store(undefined);
    if (refreshToken) await this.#post("signOut", { refresh_token: refreshToken }).catch(() => {});
  }

  /** `fetch`, signed in if somebody is, with tokens refreshed once if the server wants new ones. */
  async fetch(url, options = {}) {
    const first = await fetch(url, this.#authorized(options));
    if (first.status !== 401 || !this.#tokens) return first;
    if (!(await this.#refresh())) return first;
    return fetch(url, this.#authorized(options));
  }

  #authorized(options) {
    if (!this.#tokens) return options;
    return { ...options, headers: { ...options.headers, authorization: `Bearer ${this.#tokens.access_token}` } };
  }

  /** One refresh at a time: a refresh token works once. */
  #refresh() {
    this.#refreshing ??= this.#post("refreshTokens", { refresh_token: this.#tokens.refresh_token })
      .then((tokens) => { this.#store(tokens); return true; })
      .catch(() => { this.#store(undefined); return false; })
      .finally(() => { this.#refreshing = undefined; });
    return this.#refreshing;
  }

  async #loadAccount() {
    const operation = this.#api.byID.get("getMe");
    if (!operation) return;
    try {
      const response = await this.fetch(this.#api.base + operation.path);
      if (response.ok) this.account = await response.json();
    } catch {
      this.account = undefined;
    }
    this.#changed();
  }

  #store(tokens) {
    this.#tokens = tokens;
    if (tokens) sessionStorage.setItem(KEY, JSON.stringify(tokens));
    else {
      sessionStorage.removeItem(KEY);
      this.account = undefined;
    }
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }

  #post(id, body) {
    return this.#exchange(this.#api.byID.get(id), body);
  }

  /** Sends a JSON body and gives the JSON answer; a problem is thrown. */
  async #exchange(operation, body) {
    const response = await fetch(this.#api.base + operation.path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    const answer = text ? JSON.parse(text) : undefined;
    if (!response.ok) throw Object.assign(new Error(answer?.detail ?? answer?.title ?? `Status ${response.status}`), { problem: answer });
    return answer;
  }
}
