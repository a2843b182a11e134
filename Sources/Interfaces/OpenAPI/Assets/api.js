// The OpenAPI document, resolved as far as the page needs it.

const METHODS = ["get", "post", "put", "patch", "delete"];

export class API {
  static async load(path) {
    const response = await fetch(path, { headers: { accept: "application/json" } });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return new API(await response.json(), path);
  }

  constructor(document, path) {
    this.document = document;
    this.path = path;
    this.base = new URL(document.servers?.[0]?.url ?? "/", location.href).href.replace(/\/$/, "");
    this.operations = Object.entries(document.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => item[method]).map((method) => this.#operation(path, item, method)));
    this.byID = new Map(this.operations.map((operation) => [operation.id, operation]));
    this.tags = new Map((document.tags ?? []).map((tag) => [tag.name, tag]));
    this.groups = document["x-tagGroups"] ?? [{ name: "Operations", tags: [...this.tags.keys()] }];
    this.problems = document["x-problems"] ?? [];
  }

  #operation(path, item, method) {
    const raw = item[method];
    const parameters = [...(item.parameters ?? []), ...(raw.parameters ?? [])].map((one) => this.resolve(one));
    const body = raw.requestBody && this.resolve(raw.requestBody);
    return {
      id: raw.operationId, method, path, parameters,
      tag: raw.tags?.[0] ?? "",
      summary: raw.summary ?? raw.operationId,
      description: raw.description,
      access: access(raw.security ?? this.document.security),
      mediaTypes: Object.keys(body?.content ?? {}),
      body: body && Object.values(body.content)[0],
      responses: Object.entries(raw.responses).map(([status, response]) => ({ status, ...this.resolve(response) })),
    };
  }

  /** What a `$ref` stands for; anything else is itself. Members beside the `$ref` are kept. */
  resolve(value) {
    if (!value?.$ref) return value;
    const { $ref, ...siblings } = value;
    const target = $ref.slice(2).split("/").reduce(
      (node, part) => node?.[part.replaceAll("~1", "/").replaceAll("~0", "~")], this.document);
    return { ...this.resolve(target ?? {}), ...siblings };
  }

  /** A schema with its `$ref` followed and its `allOf` merged. */
  schema(value) {
    const schema = this.resolve(value) ?? {};
    if (!schema.allOf) return schema;
    const { allOf, ...own } = schema;
    return [...allOf.map((part) => this.schema(part)), own].reduce((merged, part) => ({
      ...merged, ...part,
      properties: { ...merged.properties, ...part.properties },
      required: [...(merged.required ?? []), ...(part.required ?? [])],
    }), {});
  }

  /** What a schema is called where it is a component: `Post`. */
  name(value) {
    return value?.$ref?.split("/").pop();
  }

  operationsOf(tag) {
    return this.operations.filter((operation) => operation.tag === tag);
  }

  /** The operation that makes an account, on the collection of accounts, if the API has one. */
  get signUp() {
    if (!this.byID.has("signIn")) return undefined;
    return this.operations.find((operation) => {
      if (operation.method !== "post" || !operation.body || operation.path.includes("/auth/")) return false;
      const { properties = {} } = this.schema(operation.body.schema);
      return Boolean(properties.password?.writeOnly && properties.email);
    });
  }
}

function access(security) {
  if (!security?.length) return "open";
  return security.some((requirement) => Object.keys(requirement).length === 0) ? "optional" : "required";
}
