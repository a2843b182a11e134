import Expressions
import JSON
import ModelLanguage

/// Reads the operations of `may` and `may not`.
///
///     read posts/hello                        read posts/hello: { likes: 3 }
///     see users/ann.birthday                  see users/ann.birthday: 1990-02-03
///     list posts sort -created where likes > 3 -> [hello, other]
///     create posts: { body: Hi }              update posts/hello: { body: Hi }
///     delete posts/hello                      replace posts/hello: { body: Hi }
struct OperationReader {
    let document: YAMLDocument
    let names: TestNames
    let problems: Problems

    static let verbs = ["read", "see", "list", "create", "update", "replace", "delete"]

    func expectations(_ pair: YAMLPair?, isAllowed: Bool) -> [Expectation] {
        guard let pair else { return [] }
        let items =
            if case .sequence(let items) = pair.value.content { items } else { [pair.value] }
        return items.flatMap { expectations($0, isAllowed: isAllowed) }
    }

    private func expectations(_ node: YAMLNode, isAllowed: Bool) -> [Expectation] {
        switch node.content {
        case .scalar(let scalar):
            let phrase = Phrase(scalar.text, at: node.place) { offset in
                document.place(ofOffset: offset, in: node)
            }
            return expectation(phrase, nil, isAllowed).map { [$0] } ?? []
        case .mapping(let pairs):
            return pairs.compactMap { pair in
                let column = pair.keyPlace.column
                let phrase = Phrase(pair.key, at: pair.keyPlace) { offset in
                    Place(line: pair.keyPlace.line, column: column + offset)
                }
                return expectation(phrase, pair.value, isAllowed)
            }
        case .sequence:
            problems.error(
                "an operation is a list",
                at: node.place,
                hint: "write one operation a line, such as \"- read posts/hello\""
            )
            return []
        }
    }

    private func expectation(
        _ phrase: Phrase,
        _ value: YAMLNode?,
        _ isAllowed: Bool
    ) -> Expectation? {
        guard let operation = operation(phrase, value) else { return nil }
        return Expectation(
            isAllowed: isAllowed,
            operation: operation,
            text: phrase.text,
            place: phrase.place
        )
    }

    private func operation(_ phrase: Phrase, _ value: YAMLNode?) -> TestedOperation? {
        var phrase = phrase
        guard let verb = phrase.nextWord() else {
            problems.error("the operation is empty", at: phrase.place)
            return nil
        }
        guard Self.verbs.contains(verb.text) else {
            problems.error(
                "\"\(verb.text)\" is no operation",
                at: verb.place,
                hint: problems.suggestion(for: verb.text, among: Self.verbs)
                    ?? "write one of \(Self.verbs.joined(separator: ", "))"
            )
            return nil
        }
        guard let subject = phrase.nextWord() else {
            problems.error(
                "\"\(verb.text)\" of what?",
                at: verb.place,
                hint: verb.text == "list" || verb.text == "create"
                    ? "name a collection, as in \"\(verb.text) posts\""
                    : "name a record, as in \"\(verb.text) posts/hello\""
            )
            return nil
        }
        switch verb.text {
        case "read": return read(subject, &phrase, value)
        case "see": return see(subject, &phrase, value)
        case "list": return list(subject, &phrase, value)
        case "create": return create(subject, &phrase, value)
        default: return change(verb.text, subject, &phrase, value)
        }
    }

    // MARK: Reads

    private func read(
        _ subject: Phrase.Word,
        _ phrase: inout Phrase,
        _ value: YAMLNode?
    ) -> TestedOperation? {
        let clauses = phrase.clauses(known: ["expand"], problems)
        guard let record = names.record(subject.text, at: subject.place),
            let collection = names.model.collection(record.collection), let clauses
        else { return nil }
        let expected = value.map { names.values(of: $0, in: collection, "what is read") } ?? []
        return .read(record, expand: clauses["expand"]?.text, expected: expected)
    }

    private func see(
        _ subject: Phrase.Word,
        _ phrase: inout Phrase,
        _ value: YAMLNode?
    ) -> TestedOperation? {
        guard phrase.ends(problems) else { return nil }
        guard let dot = subject.text.lastIndex(of: ".") else {
            problems.error(
                "\"\(subject.text)\" names no field",
                at: subject.place,
                hint: "write it as users/ann.birthday"
            )
            return nil
        }
        let name = String(subject.text[subject.text.index(after: dot)...])
        guard let record = names.record(String(subject.text[..<dot]), at: subject.place),
            let collection = names.model.collection(record.collection),
            let field = names.field(name, of: collection, at: subject.place)
        else { return nil }
        let expected = value.flatMap { names.value(of: $0, as: field.type) }
        return .see(record, field: name, expected: expected)
    }

    private func list(
        _ subject: Phrase.Word,
        _ phrase: inout Phrase,
        _ value: YAMLNode?
    ) -> TestedOperation? {
        let arrow = phrase.takeArrow()
        let filter = phrase.takeFilter()
        guard let clauses = phrase.clauses(known: ["sort", "expand"], problems),
            let collection = source(subject)
        else { return nil }
        var request = ListRequest(source: subject.text)
        request.sort = clauses["sort"]?.text
        request.expand = clauses["expand"]?.text
        if let filter {
            guard let text = checkedFilter(filter, of: subject.text) else { return nil }
            request.filter = text
        }
        var expected: ListExpectation?
        if let arrow {
            expected = records(arrow, of: collection)
        } else if let value {
            expected = expectation(value, of: collection, source: subject.text)
        }
        return .list(request, expected: expected)
    }

    /// The collection whose records a list is of.
    private func source(_ subject: Phrase.Word) -> Collection? {
        if let view = names.model.view(subject.text) {
            return names.model.collection(view.collection)
        }
        if let collection = names.model.collection(subject.text) { return collection }
        let known = names.model.collections.map(\.name) + names.model.views.map(\.name)
        problems.error(
            "there is no collection and no view \"\(subject.text)\"",
            at: subject.place,
            hint: problems.suggestion(for: subject.text, among: known)
        )
        return nil
    }

    private func records(_ arrow: Phrase.Word, of collection: Collection) -> ListExpectation? {
        guard arrow.text.hasPrefix("["), arrow.text.hasSuffix("]") else {
            problems.error(
                "\"->\" is followed by no list",
                at: arrow.place,
                hint: "write the names of the records, as in -> [hello, other]"
            )
            return nil
        }
        let aliases = arrow.text.dropFirst().dropLast().split(separator: ",").map { part in
            String(part.filter { $0 != " " })
        }
        let found = aliases.compactMap {
            names.record($0, of: collection.name, at: arrow.place)?.alias
        }
        return found.count == aliases.count ? .records(found) : nil
    }

    private func expectation(
        _ value: YAMLNode,
        of collection: Collection,
        source: String
    ) -> ListExpectation? {
        guard case .sequence(let items) = value.content else {
            problems.error(
                "the list is \(value.kindName)",
                at: value.place,
                hint: "write a list of records' names, or of rows"
            )
            return nil
        }
        if items.contains(where: { $0.scalar == nil }) {
            return .rows(items.map { row($0, of: collection, source: source) })
        }
        let found = items.compactMap { item in
            names.record(item.scalar?.text ?? "", of: collection.name, at: item.place)?.alias
        }
        return found.count == items.count ? .records(found) : nil
    }

    private func row(
        _ node: YAMLNode,
        of collection: Collection,
        source: String
    ) -> [ValueEntry] {
        guard let aggregate = names.model.view(source)?.aggregate else {
            return names.values(of: node, in: collection, "a row")
        }
        guard case .mapping(let pairs) = node.content else { return [] }
        let columns = aggregate.group + aggregate.select
        return pairs.compactMap { pair in
            guard let column = columns.first(where: { $0.name == pair.key }) else {
                problems.error(
                    "\"\(pair.key)\" is no column of \(source)",
                    at: pair.keyPlace,
                    hint: problems.suggestion(for: pair.key, among: columns.map(\.name))
                )
                return nil
            }
            return names.value(of: pair.value, as: column.type).map {
                ValueEntry(name: pair.key, value: $0, place: pair.keyPlace)
            }
        }
    }

    // MARK: Writes

    private func create(
        _ subject: Phrase.Word,
        _ phrase: inout Phrase,
        _ value: YAMLNode?
    ) -> TestedOperation? {
        guard phrase.ends(problems),
            let collection = names.collection(subject.text, at: subject.place)
        else { return nil }
        let body = value.map { names.values(of: $0, in: collection, "the body") } ?? []
        return .create(collection: collection.name, body: body)
    }

    private func change(
        _ verb: String,
        _ subject: Phrase.Word,
        _ phrase: inout Phrase,
        _ value: YAMLNode?
    ) -> TestedOperation? {
        guard phrase.ends(problems), let record = names.record(subject.text, at: subject.place),
            let collection = names.model.collection(record.collection)
        else { return nil }
        if verb == "delete" {
            if let value {
                problems.error("\"delete\" takes no values", at: value.place)
            }
            return .delete(record)
        }
        let body = value.map { names.values(of: $0, in: collection, "the body") } ?? []
        return verb == "update" ? .update(record, body: body) : .replace(record, body: body)
    }
}
