import ArgumentParser
import Engine
import ExpressionSQL
import JSON
import ModelLanguage
import REST
import SQLite
import Storage

struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what a caller may do and why: the rules, the permissions, the SQL.",
        discussion: """
            mainstay explain --as account GET '/v1/posts?filter=likes > 3&sort=-created'

            With --data it asks a database: which rules are true of a record, and which parts of \
            them are not; --as is then also an account's address or id.

            mainstay explain --data data --as ann@example.com DELETE /v1/posts/ID
            """
    )

    @Argument(help: "GET, POST, PATCH, PUT or DELETE.") var method: String
    @Argument(help: "A path with its query.") var target: String
    @OptionGroup var file: ModelFile
    @OptionGroup var directory: DataDirectory
    @Option(
        name: .customLong("as"),
        help: "Who asks: anonymous, account, a role, or an account's address (default: anonymous)."
    )
    var caller = "anonymous"
    @Option(help: "Of a list, the id of a record: whether it is in it, and why.") var record:
        String?
    @Flag(help: "The caller has used a second factor.") var mfa = false
    @Flag(help: "The caller's address is not verified.") var unverified = false
    @Option(help: "The id of the tenant that the session is in.") var tenant: String?
    @Option(help: "A scope that the caller is limited to; can be repeated.") var scope: [String] =
        []
    @Option(help: "The address that the request comes from.") var address = ""
    @Flag(help: "Explain as JSON.") var json = false

    func run() throws {
        let model = try file.load().model
        let store = try openStore(for: model)
        defer { store.close() }
        let engine = Engine(model: model, store: store)
        let explainer = try RESTExplainer(engine: engine)
        let explanation = try explainer.explain(
            method: method.uppercased(),
            target: target,
            by: try caller(in: engine),
            asksRecords: asksDatabase,
            record: record
        )
        Console.write(json ? explanation.json.prettyDescription : explanation.text)
    }

    private var asksDatabase: Bool { directory.data != nil || record != nil }

    /// The database that is asked: one with the model's tables and nothing in them, unless one is named.
    private func openStore(for model: Model) throws -> SQLiteStore {
        guard asksDatabase else {
            let store = try SQLiteStore.vanishing()
            try store.apply(try store.planMigration(to: model))
            return store
        }
        let store = try directory.openForTool(beside: file.path)
        let plan = try store.planMigration(to: model)
        guard plan.isEmpty else {
            store.close()
            throw CommandError("the database is not of this model; run \"mainstay migrate apply\"")
        }
        return store
    }

    // MARK: Who asks

    private func caller(in engine: Engine) throws -> Caller {
        if caller == "anonymous" { return make(nil, .anonymous) }
        let model = engine.model
        let scopes = scope.isEmpty ? nil : Set(scope)
        if caller == "account" || model.role(caller) != nil {
            let granted = caller == "account" ? nil : caller
            return make(
                "00000000-0000-7000-8000-000000000000",
                CallerClass(granted: granted, in: model, scopes: scopes)
            )
        }
        let reader = try engine.makeReader()
        guard let account = try reader.account(caller) else {
            let names = ["anonymous", "account"] + model.roles.map(\.name)
            throw CommandError(
                "--as has to be one of \(names.joined(separator: ", ")), or the address or id of an"
                    + " account of the database"
            )
        }
        let plain = make(account.id, CallerClass(role: nil, permissions: []))
        return make(
            account.id,
            CallerClass(
                granted: account.role,
                byRule: try reader.rolesByRule(of: plain),
                in: model,
                scopes: scopes
            )
        )
    }

    private func make(_ account: String?, _ category: CallerClass) -> Caller {
        Caller(
            account: account,
            category: category,
            idempotencyScope: "",
            tenant: tenant,
            session: SessionFacts(
                mfa: mfa,
                verified: account != nil && !unverified,
                authenticated: EngineClock.system.now()
            ),
            request: RequestFacts(address: address, method: method.uppercased(), isSecure: true)
        )
    }
}
