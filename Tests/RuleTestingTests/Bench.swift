import Encryption
import Engine
import ModelLanguage
import RuleTesting
import SQLite
import Storage

/// Runs texts of rule tests against a model's text.
struct Bench {
    let model: Model
    let places: ExpressionPlaces
    /// 2026-06-15T12:00:00Z.
    static let now: Int64 = 1_781_524_800_000_000

    init(_ text: String = Bench.library) throws {
        let loaded = try ModelLoader.load(text.utf8, path: "mainstay.yaml")
        model = loaded.model
        places = loaded.places
    }

    func suite(_ texts: String...) throws -> RuleTestSuite {
        try RuleTestSuite(
            files: texts.enumerated().map { ("tests/\($0).yaml", [UInt8]($1.utf8)) },
            model: model
        )
    }

    func run(_ suite: RuleTestSuite, only: String? = nil) async throws -> RuleTestReport {
        var options = SQLiteOptions()
        options.isDurable = false
        options.cipher = KeyRing.ephemeral()
        let store = try SQLiteStore.temporary(options: options)
        defer { store.close() }
        try store.apply(store.planMigration(to: model))
        return try await RuleTestRunner(model: model, store: store, now: Self.now)
            .run(suite, only: only)
    }

    func report(_ texts: String...) async throws -> RuleTestReport {
        try await run(
            try RuleTestSuite(
                files: texts.enumerated().map { ("tests/\($0).yaml", [UInt8]($1.utf8)) },
                model: model
            )
        )
    }

    /// What is wrong with a text, as `line:column: message`.
    func mistakes(in text: String) -> [String] {
        do {
            _ = try suite(text)
            return []
        } catch let error as InvalidModel {
            return error.diagnostics.map { "\($0.line):\($0.column): \($0.message)" }
        } catch {
            return ["\(error)"]
        }
    }

    /// A library: members borrow books, librarians see everything.
    static let library = """
        app: Library
        roles: { librarian: [books.update, loans.read, stock.read] }
        modules:
          main:
            collections:
              members:
                accounts: true
                fields:
                  name: { type: string, minLength: 1 }
                  card: { type: string, read: id == auth.id, optional: true }
                  rank: { type: integer, write: auth.can("ranks"), default: 0 }
                rules:
                  create: "true"
                  read: auth != null
                  update: id == auth.id
              books:
                fields:
                  title: { type: string, minLength: 1 }
                  isRare: { type: boolean, default: false }
                  lent: { type: integer, count: loans.book }
                  bought: { type: datetime, optional: true }
                rules:
                  read: "!(isRare) || (auth != null && auth.can(\\"books.update\\"))"
              loans:
                fields:
                  book: { type: books, immutable: true, onDelete: cascade }
                  member: { type: members, onCreate: auth.id, onDelete: cascade }
                  days: { type: integer, default: 14 }
                validate:
                  - { rule: days <= 30, message: for a month at most }
                rules:
                  create: auth != null
                  read: member == auth.id
                  update: member == auth.id && days < 30
                  delete: member == auth.id
            views:
              shelf:
                of: books
                where: lent == 0
                sort: title
                rules: { read: "true" }
              stock:
                of: books
                group: { rare: isRare }
                select: { books: count() }
                sort: rare
                rules: { read: auth.can("stock.read") }
        """

    /// People and books for most tests.
    static let given = """
        given:
          members: { ann: { card: A-1 }, ben: {} }
          books:
            novel: {}
            atlas: { isRare: true }
          loans:
            first: { book: novel, member: ann }

        """
}

extension RuleTestReport {
    /// The failures in words: who, what, what was found.
    var words: [String] {
        failures.map { failure in
            guard let caller = failure.caller, let operation = failure.operation else {
                return failure.message
            }
            let verb = failure.isExpectedAllowed ? "may" : "may not"
            return "\(caller) \(verb) \(operation): \(failure.message)"
        }
    }

    /// The rules that are not covered, with what is not shown of them.
    var uncovered: Set<String> {
        Set(coverage.missing.map { "\($0.path) \($0.isTrue)" })
    }
}
