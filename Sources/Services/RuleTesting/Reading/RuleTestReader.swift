import Expressions
import JSON
import ModelLanguage

/// Reads a file of rule tests, and says everything that is wrong with it at once.
struct RuleTestReader {
    private let document: YAMLDocument
    private let path: String
    private let problems: Problems
    private var names: TestNames

    /// Nil if the file is no YAML; `problems` then says why.
    init?(_ bytes: some Sequence<UInt8>, path: String, model: Model, problems: Problems) {
        guard let document = YAMLDocument(bytes, problems: problems) else { return nil }
        self.document = document
        self.path = path
        self.problems = problems
        names = TestNames(model: model, problems: problems)
    }

    mutating func file() -> RuleTestFile {
        let entries = entries(of: document.root, "a file of rule tests", Self.fileKeys)
        let given = given(entries["given"], into: &names)
        let tests = pairs(of: entries["tests"]).map { test($0) }
        if entries["tests"] == nil {
            problems.error(
                "there are no tests",
                at: document.root.place,
                hint: "write tests: and below it, by name, who may do what"
            )
        }
        return RuleTestFile(path: path, now: time(entries["now"]), given: given, tests: tests)
    }

    static let fileKeys = ["now", "given", "tests"]
    static let rowKeys = ["now", "given", "as", "may", "may not"]

    // MARK: Tests

    private func test(_ pair: YAMLPair) -> RuleTest {
        var rows: [RuleTest.Row] = []
        if case .sequence(let items) = pair.value.content {
            rows = items.compactMap(row)
        } else if let row = row(pair.value) {
            rows = [row]
        }
        return RuleTest(name: pair.key, rows: rows)
    }

    private func row(_ node: YAMLNode) -> RuleTest.Row? {
        guard case .mapping = node.content else {
            problems.error(
                "a test is \(node.kindName)",
                at: node.place,
                hint: "write as:, may: and may not:"
            )
            return nil
        }
        let entries = entries(of: node, "a test", Self.rowKeys)
        var names = names
        let given = given(entries["given"], into: &names)
        guard let caller = entries["as"] else {
            problems.error(
                "the test does not say who asks",
                at: node.place,
                hint: "write \"as: anonymous\", or the name of an account that is given"
            )
            return nil
        }
        let callers = CallerReader(names: names, problems: problems).callers(caller.value)
        let reader = OperationReader(document: document, names: names, problems: problems)
        let expectations =
            reader.expectations(entries["may"], isAllowed: true)
            + reader.expectations(entries["may not"], isAllowed: false)
        if entries["may"] == nil, entries["may not"] == nil {
            problems.error(
                "the test says nothing of what the caller may do",
                at: node.place,
                hint: "write may: or may not:, and operations such as \"read posts/hello\""
            )
        }
        return RuleTest.Row(
            now: time(entries["now"]),
            given: given,
            callers: callers,
            expectations: expectations
        )
    }

    private func time(_ pair: YAMLPair?) -> Int64? {
        guard let pair else { return nil }
        guard let text = pair.value.scalar?.text, let time = Timestamp(rfc3339: text) else {
            problems.error(
                "\"now\" is no instant",
                at: pair.value.place,
                hint: "write it as 2026-01-31T12:00:00Z"
            )
            return nil
        }
        return time.microseconds
    }

    // MARK: Given records

    /// The records of a `given`; their aliases are known from then on, to all of them as well.
    private func given(_ pair: YAMLPair?, into names: inout TestNames) -> [RecordEntry] {
        let collections: [(Collection, YAMLNode)] = pairs(of: pair).compactMap { pair in
            names.collection(pair.key, at: pair.keyPlace).map { ($0, pair.value) }
        }
        var drafts: [(collection: Collection, alias: String?, node: YAMLNode, place: Place)] = []
        for (collection, node) in collections {
            switch node.content {
            case .mapping(let records):
                for record in records {
                    if names.aliases[collection.name]?.contains(record.key) == true {
                        problems.error(
                            "a record of \(collection.name) is called \"\(record.key)\" already",
                            at: record.keyPlace
                        )
                    }
                    drafts.append((collection, record.key, record.value, record.keyPlace))
                }
            case .sequence(let records):
                drafts += records.map { (collection, nil, $0, $0.place) }
            case .scalar:
                problems.error(
                    "the records of \(collection.name) are \(node.kindName)",
                    at: node.place,
                    hint: "write records by name, or a list of records"
                )
            }
        }
        names.add(drafts.map { ($0.collection.name, $0.alias) })
        return drafts.map { draft in
            RecordEntry(
                collection: draft.collection.name,
                alias: draft.alias,
                fields: names.values(of: draft.node, in: draft.collection, "a record"),
                place: draft.place
            )
        }
    }

    // MARK: Shapes

    private func entries(
        of node: YAMLNode,
        _ what: String,
        _ keys: [String]
    ) -> [String: YAMLPair] {
        guard case .mapping(let pairs) = node.content else {
            problems.error(
                "\(what) is \(node.kindName)",
                at: node.place,
                hint: "write a mapping with the keys \(keys.joined(separator: ", "))"
            )
            return [:]
        }
        var known: [String: YAMLPair] = [:]
        for pair in pairs {
            guard keys.contains(pair.key) else {
                problems.error(
                    "\"\(pair.key)\" is no key of \(what)",
                    at: pair.keyPlace,
                    hint: problems.suggestion(for: pair.key, among: keys)
                        ?? "the keys are \(keys.joined(separator: ", "))"
                )
                continue
            }
            known[pair.key] = pair
        }
        return known
    }

    private func pairs(of pair: YAMLPair?) -> [YAMLPair] {
        guard let pair, pair.value.scalar?.value != .null else { return [] }
        guard case .mapping(let pairs) = pair.value.content else {
            problems.error(
                "\"\(pair.key)\" is \(pair.value.kindName)",
                at: pair.value.place,
                hint: "write a mapping from names"
            )
            return []
        }
        return pairs
    }
}
