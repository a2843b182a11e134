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
        abstract:
            "Shows what an operation becomes: the rule that applies, the SQL, the query plan.",
        discussion: """
            mainstay explain --as account GET '/v1/posts?filter=likes > 3&sort=-created'
            """
    )

    @Argument(help: "GET, POST, PATCH, PUT or DELETE.") var method: String
    @Argument(help: "A path with its query.") var target: String
    @OptionGroup var file: ModelFile
    @Option(
        name: .customLong("as"),
        help: "Who asks: anonymous, account, or a role of the model (default: anonymous)."
    )
    var caller = "anonymous"
    @Flag(help: "Explain as JSON.") var json = false

    func run() throws {
        let model = try file.load().model
        let store = try SQLiteStore.temporary()
        defer { store.close() }
        try store.apply(try store.planMigration(to: model))
        let explainer = try RESTExplainer(engine: Engine(model: model, store: store))
        let explanation = try explainer.explain(
            method: method.uppercased(),
            target: target,
            by: try caller(in: model)
        )
        Console.write(json ? explanation.json.prettyDescription : explanation.text)
    }

    private func caller(in model: Model) throws -> Caller {
        if caller == "anonymous" {
            return Caller(account: nil, category: .anonymous, idempotencyScope: "")
        }
        let role = model.roles.first { $0.name == caller }
        guard caller == "account" || role != nil else {
            let names = ["anonymous", "account"] + model.roles.map(\.name)
            throw CommandError("--as has to be one of \(names.joined(separator: ", "))")
        }
        return Caller(
            account: "00000000-0000-7000-8000-000000000000",
            category: CallerClass(role: role?.name, permissions: Set(role?.permissions ?? [])),
            idempotencyScope: ""
        )
    }
}
