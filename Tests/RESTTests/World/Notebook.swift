import Engine
import ExpressionSQL
import HTTPServing
import Identity
import JSON
import Logging
import ModelLanguage
import NIOCore
import NIOPosix
import OpenAPI
import SQLite
import Storage

@testable import REST

/// A server of a small app in this process, with Ada and Bob signed in.
struct Notebook: Sendable {
    static let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)

    let address: SocketAddress
    let engine: Engine
    let identity: IdentityService
    let ada: String
    let bob: String

    /// Runs a server during `body`, and shuts it down.
    static func with(
        _ configure: (inout RESTConfiguration) -> Void = { _ in },
        model text: String = text,
        body: (Notebook) async throws -> Void
    ) async throws {
        let model = try ModelLoader.load(text.utf8, path: "mainstay.yaml").model
        let store = try SQLiteStore.temporary()
        defer { store.close() }
        try store.apply(store.planMigration(to: model))
        let engine = Engine(model: model, store: store)
        let hasher = PasswordHasher(
            parameters: Argon2Parameters(memoryKibibytes: 8, iterations: 1, parallelism: 1),
            threads: 1
        )
        let keys = SigningKeys()
        let identity = try IdentityService(engine: engine, keys: keys, hasher: hasher)
        let pool = ReadPool(engine: engine, threads: 1, capacity: 10)
        pool.start()
        var configuration = RESTConfiguration()
        configure(&configuration)
        let interface = RESTInterface(
            engine: engine,
            identity: identity,
            configuration: configuration,
            documents: RESTDocuments(model: model) { OpenAPIDocument(model: model) },
            pool: pool,
            readiness: Readiness(),
            logger: quiet
        )
        var server = HTTPServerConfiguration(port: 0)
        server.routes = interface.routeNames
        server.constantHeaders = [("x-content-type-options", "nosniff")]
        server.renderProblem = { HTTPResponse($0, trace: $1) }
        let listener = try HTTPServer(configuration: server, group: group, logger: quiet) {
            try interface.makeResponder(on: $0)
        }
        let address = try await listener.start()
        do {
            let ada = try await signUp("ada", with: identity)
            let bob = try await signUp("bob", with: identity)
            let app = Notebook(
                address: address,
                engine: engine,
                identity: identity,
                ada: ada,
                bob: bob
            )
            try await body(app)
        } catch {
            await listener.shutdownGracefully(within: .zero)
            try await pool.stop()
            throw error
        }
        await listener.shutdownGracefully(within: .zero)
        try await pool.stop()
    }

    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// The access token of a new account.
    private static func signUp(
        _ handle: String,
        with identity: IdentityService
    ) async throws -> String {
        let email = "\(handle)@example.com"
        _ = try await identity.signUp(
            fields: [
                "handle": .string(handle), "email": .string(email), "password": "correct horse",
            ],
            caller: Caller(account: nil, category: .anonymous, idempotencyScope: "test")
        )
        return try await identity.signIn(email: email, password: "correct horse").accessToken
    }

    /// The first value that a query gives.
    func text(_ sql: String) throws -> String? {
        try engine.store.makeReader().rows(Statement(sql), []).first?.first?.text
    }

    /// Changes the database behind the server's back.
    func run(_ sql: String) async throws {
        try await engine.store.transaction { transaction throws(StoreError) in
            transaction.setContext(WriteContext(actor: nil, now: 0))
            _ = try transaction.execute(Statement(sql), [])
        }
    }

    func connect() async throws -> WireClient {
        try await WireClient.connect(to: address, group: Self.group)
    }

    /// One request on a connection of its own.
    func send(
        _ method: String,
        _ target: String,
        as token: String? = nil,
        _ headers: [String] = [],
        body: String? = nil
    ) async throws -> WireAnswer {
        let client = try await connect()
        defer { client.close() }
        return try await client.send(method, target, as: token, headers, body: body)
    }

    static let text = """
        app: Notebook
        api: v1
        roles:
          helper: [users.suspend, users.impersonate, boxes.read]
          moderator:
            includes: [helper]
            permissions: [boxes.read, users.grant, audit.read, keys.manage]
          author: { permissions: [boxes.read], when: 'handle == "bob"' }
          chief: { includes: [moderator], permissions: [users.erase] }
        modules:
          main:
            collections:
              users:
                accounts: true
                fields:
                  handle: { type: string, pattern: "^[a-z0-9_]{2,30}$", unique: true }
                rules: { create: "true", read: "true", update: id == auth.id }
              notes:
                fields:
                  author: { type: users, onCreate: auth.id, onDelete: cascade }
                  body: { type: string, maxLength: 100000 }
                  stars: { type: integer, default: 0 }
                rules: { create: auth != null, read: "true", update: author == auth.id, delete: author == auth.id }
              boxes:
                fields: { label: string }
                rules: { create: auth != null }
            views:
              starred: { of: notes, where: stars > 0, sort: -stars, rules: { read: "true" } }
              tally:
                of: notes
                group: [stars]
                select: { notes: count() }
                rules: { read: "true" }
        """
}
