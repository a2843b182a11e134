import Engine
import Identity
import JSON
import Testing

/// An app with two tenants, Alto and Brio, and the people in them.
struct Labels: Sendable {
    let app: Notebook
    let alto: String
    let brio: String

    /// Somebody with an account.
    struct Member: Sendable {
        let id: String
        let email: String
        let token: String
    }

    static func with(_ body: (Labels) async throws -> Void) async throws {
        try await Notebook.with(model: model) { app in
            let alto = try await app.made("labels", #"{"name":"Alto"}"#)
            let brio = try await app.made("labels", #"{"name":"Brio"}"#)
            try await body(Labels(app: app, alto: alto, brio: brio))
        }
    }

    /// Somebody who belongs to tenants, as a warden of them or not, with a role that was granted or none.
    func member(
        _ handle: String,
        of labels: [String] = [],
        isWarden: Bool = false,
        role: String? = nil
    ) async throws -> Member {
        let email = "\(handle)@example.com"
        let id = try await app.identity.createAccount(
            email: email,
            password: "correct horse",
            fields: ["handle": .string(handle)],
            role: role
        )
        for label in labels { try await join(id, label, isWarden: isWarden) }
        return Member(id: id, email: email, token: try await signIn(email))
    }

    func join(_ account: String, _ label: String, isWarden: Bool = false) async throws {
        _ = try await app.made(
            "members",
            #"{"person":"\#(account)","label":"\#(label)","isWarden":\#(isWarden)}"#
        )
    }

    /// Ends an account's memberships.
    func leave(_ account: String) async throws {
        let list = try await app.send(
            "GET",
            "/v1/members?filter=person%20==%20%22\(account)%22",
            as: app.ada
        )
        guard case .array(let items)? = list.json["items"] else { return }
        for item in items {
            let path = "/v1/members/\(item["id"]?.stringValue ?? "")"
            #expect(try await app.send("DELETE", path, as: app.ada).status == 204)
        }
    }

    func signIn(_ email: String) async throws -> String {
        try await app.identity.signIn(email: email, password: "correct horse").accessToken
    }

    /// Something that an operator does with an account.
    func operate(
        _ verb: String,
        on account: String,
        as token: String,
        _ body: String? = nil
    ) async throws -> WireAnswer {
        let method = verb == "role" ? "PUT" : "POST"
        let body = verb == "role" ? body ?? #"{"role":"singer"}"# : body
        return try await app.send(
            method,
            "/v1/auth/accounts/\(account)/\(verb)",
            as: token,
            body: body
        )
    }

    static let model = """
        app: Labels
        api: v1
        tenants: { of: labels, members: members }
        roles:
          warden:
            permissions: [users.suspend, users.impersonate, users.grant, users.delete, audit.read, keys.manage, songs.read]
            when: 'members.exists(m, m.person == id && m.label == auth.tenant && m.isWarden)'
          singer: [songs.read]
          helper: [users.suspend, users.impersonate, audit.read]
          support: { includes: [warden], permissions: [tenants.all] }
        modules:
          main:
            collections:
              users:
                accounts: true
                fields:
                  handle: { type: string, pattern: "^[a-z0-9_]{2,30}$", unique: true }
                rules: { create: "true", read: "true", update: id == auth.id, delete: id == auth.id }
              labels:
                fields: { name: string }
                rules: { create: "true", read: "true" }
              members:
                fields:
                  person: { type: users, onDelete: cascade }
                  label: { type: labels, onDelete: cascade }
                  isWarden: { type: boolean, default: false }
                rules: { create: "true", read: "true", delete: "true" }
              songs:
                tenant: label
                fields:
                  label: { type: labels, onDelete: cascade }
                  author: { type: users, onCreate: auth.id, onDelete: cascade }
                  title: string
                rules: { create: auth != null, read: "true" }
              jingles:
                tenant: label
                fields:
                  label: { type: labels, onDelete: cascade }
                  author: { type: users, onCreate: auth.id, onDelete: setNull, optional: true }
                  title: string
                rules: { create: auth != null, read: "true" }
        """
}

extension Notebook {
    /// The id of a new record.
    func made(
        _ collection: String,
        as token: String? = nil,
        _ body: String
    ) async throws -> String {
        let answer = try await send("POST", "/v1/\(collection)", as: token ?? ada, body: body)
        #expect(answer.status == 201, "\(answer.body)")
        return answer.json["id"]?.stringValue ?? ""
    }
}
