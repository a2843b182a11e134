import Engine
import JSON
import ModelLanguage
import Storage

/// What somebody agreed to at their sign-up, and when.
struct Consents: Sendable {
    let names: [String]
    /// Microseconds since 1970.
    let at: Int64
    let address: String?

    /// Reads the member `consents` of a sign-up; nil stands for one that is missing.
    ///
    /// - Throws: `validation.failed` unless it names all that the model asks for, and nothing else.
    init(
        _ value: JSONValue?,
        asked: [String],
        at now: Int64,
        address: String?
    ) throws(Problem) {
        let elements = if case .array(let elements)? = value { elements } else { [JSONValue]() }
        let names = elements.compactMap(\.stringValue)
        let missing = asked.filter { !names.contains($0) }
        let unknown = names.filter { !asked.contains($0) }
        let isList = if case .array? = value { names.count == elements.count } else { value == nil }
        guard isList, missing.isEmpty, unknown.isEmpty, Set(names).count == names.count else {
            let words =
                asked.isEmpty
                ? "\"consents\" is unknown here"
                : "\"consents\" has to be the list of \(asked.map { "\"\($0)\"" }.joined(separator: ", "))"
            throw Problem(
                validation: [
                    ValueError(
                        missing.isEmpty ? "field.enum" : "field.required",
                        field: "consents",
                        words
                    )
                ]
            )
        }
        self.names = names
        self.at = now
        self.address = address
    }

    /// Notes them of an account; `newID` makes their ids.
    func record(
        of account: String,
        newID: () -> String,
        in transaction: any WriteTransaction
    ) throws(StoreError) {
        try ConsentLedger().record(
            names,
            of: account,
            at: at,
            from: address,
            newID: newID,
            in: transaction
        )
    }
}

// MARK: - While a sign-up waits

extension Consents {
    var json: JSONValue {
        [
            "names": .array(names.map { .string($0) }), "at": .integer(at),
            "address": address.map { .string($0) } ?? .null,
        ]
    }

    init?(json: JSONValue?) {
        guard case .array(let names)? = json?["names"], case .integer(let at)? = json?["at"] else {
            return nil
        }
        self.names = names.compactMap(\.stringValue)
        self.at = at
        address = json?["address"]?.stringValue
    }
}
