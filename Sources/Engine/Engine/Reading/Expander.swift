import JSON
import Storage

/// Adds expanded relations to rows that were left open: one statement a relation and level.
final class Expander {
    private let connection: any ReadConnection
    private let maximumRecords: Int
    /// Bytes of one level: a record that many rows name is read once and written many times.
    private let maximumBytes: Int
    /// Records that may still be added to the answer.
    private var allowance = 0

    init(connection: any ReadConnection, limits: EngineLimits) {
        self.connection = connection
        maximumRecords = limits.maximumExpandedRecords
        maximumBytes = limits.maximumExpandedBytes
    }

    /// The rows with their expansions, after `prefix`, separated by commas.
    func expand(
        _ output: RowOutput,
        with expansions: [Expansion],
        context: BindingContext,
        budget: ReadBudget,
        prefix: StaticString
    ) throws -> JSONBuffer {
        allowance = maximumRecords
        let finished = try finish(
            output,
            keyed: 0,
            with: expansions,
            context: context,
            budget: budget
        )
        let body = JSONBuffer(capacity: finished.json.count + prefix.utf8CodeUnitCount + 64)
        body.append(raw: prefix)
        for (index, row) in finished.rows.enumerated() {
            if index > 0 { body.append(byte: UInt8(ascii: ",")) }
            body.append(raw: finished.json.bytes + row.lowerBound, count: row.count)
        }
        return body
    }

    /// Rows as complete objects, and where each stands.
    private struct Finished {
        let json: JSONBuffer
        let rows: [Range<Int>]
    }

    /// Closes each row after its `expand` member.
    ///
    /// `keyed` captured columns come before those of the expansions.
    private func finish(
        _ output: RowOutput,
        keyed: Int,
        with expansions: [Expansion],
        context: BindingContext,
        budget: ReadBudget
    ) throws -> Finished {
        guard !expansions.isEmpty else { return Finished(json: output.json, rows: output.rows) }
        let width = keyed + expansions.count
        var parts: [(related: Finished, byKey: [String: [Int]])] = []
        for (index, expansion) in expansions.enumerated() {
            let ids = output.rows.indices.map { output.captured[$0 * width + keyed + index] }
            parts.append(try related(to: ids, by: expansion, context: context, budget: budget))
        }
        let json = JSONBuffer(capacity: output.json.count * 2)
        var rows: [Range<Int>] = []
        for (position, row) in output.rows.enumerated() {
            let start = json.count
            json.append(raw: output.json.bytes + row.lowerBound, count: row.count)
            json.append(raw: row.count > 1 ? ",\"expand\":{" : "\"expand\":{")
            for (index, expansion) in expansions.enumerated() {
                if index > 0 { json.append(byte: UInt8(ascii: ",")) }
                json.append(raw: expansion.prefix)
                let key = output.captured[position * width + keyed + index].text
                let matches = key.flatMap { parts[index].byKey[$0] } ?? []
                try append(matches, of: parts[index].related, kind: expansion.kind, to: json)
            }
            json.append(raw: "}}")
            rows.append(start..<json.count)
        }
        return Finished(json: json, rows: rows)
    }

    private func append(
        _ matches: [Int],
        of related: Finished,
        kind: Expansion.Kind,
        to json: JSONBuffer
    ) throws(Problem) {
        func append(row: Range<Int>) throws(Problem) {
            guard json.count + row.count <= maximumBytes else {
                throw tooCostly("more than \(maximumBytes >> 20) MB to expand")
            }
            json.append(raw: related.json.bytes + row.lowerBound, count: row.count)
        }
        switch kind {
        case .one:
            if let match = matches.first {
                try append(row: related.rows[match])
            } else {
                json.append(raw: "null")
            }
        case .many:
            json.append(byte: UInt8(ascii: "["))
            for (index, match) in matches.enumerated() {
                if index > 0 { json.append(byte: UInt8(ascii: ",")) }
                try append(row: related.rows[match])
            }
            json.append(byte: UInt8(ascii: "]"))
        }
    }

    private func tooCostly(_ detail: String) -> Problem {
        Problem(
            .tooCostly,
            detail,
            hint: "ask for a smaller page, or expand less",
            parameter: "expand"
        )
    }

    /// The records that an expansion leads to from the rows with these ids, and which belong to which.
    private func related(
        to ids: [SQLValue],
        by expansion: Expansion,
        context: BindingContext,
        budget: ReadBudget
    ) throws -> (related: Finished, byKey: [String: [Int]]) {
        let keys = Set(ids.compactMap(\.text)).sorted()
        guard !keys.isEmpty else {
            return (Finished(json: JSONBuffer(capacity: 16), rows: []), [:])
        }
        let list = JSONValue.array(keys.map { .string($0) }).description
        var context = context
        context.inputs = [.text(list)]
        let output = RowOutput(json: JSONBuffer(capacity: 4_096))
        try connection.write(
            expansion.read.statement,
            try expansion.read.parameters(context),
            limit: min(keys.count * expansion.limit, allowance),
            budget: budget,
            into: output
        )
        guard !output.hasMore else {
            throw tooCostly("more than \(maximumRecords) records to expand")
        }
        allowance -= output.rows.count
        let width = 1 + expansion.expansions.count
        var byKey: [String: [Int]] = [:]
        for row in output.rows.indices {
            guard let key = output.captured[row * width].text else { continue }
            byKey[key, default: []].append(row)
        }
        let related = try finish(
            output,
            keyed: 1,
            with: expansion.expansions,
            context: context,
            budget: budget
        )
        return (related, byKey)
    }
}
