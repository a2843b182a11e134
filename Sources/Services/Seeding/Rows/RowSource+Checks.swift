import Expressions
import ModelLanguage
import Storage

extension RowSource {
    func isAllowed(_ draft: Draft, created: Int64) -> Bool {
        for (position, field) in collection.fields.enumerated()
        where !field.isOptional && field.counter == nil && draft.values[position].isNull {
            return false
        }
        guard !validations.isEmpty else { return true }
        let activation = RowActivation(
            collection: collection,
            values: draft.values,
            actor: draft.actor,
            now: created
        )
        for validation in validations {
            guard case .bool(true)? = try? validation.rule.evaluate(activation) else {
                lastObstacle = validation.message
                return false
            }
        }
        return true
    }

    /// Whether the row is new in each unique set; then it is known in them from now on.
    func takesUniqueValues(_ values: [SQLValue]) -> Bool {
        if uniqueSets.isEmpty { return true }
        var hashes: [UInt64?] = []
        for set in uniqueSets {
            let hash = Self.hash(set.positions, of: values)
            if let hash, set.seen.contains(hash) {
                lastObstacle = nil
                return false
            }
            hashes.append(hash)
        }
        for (index, hash) in hashes.enumerated() {
            if let hash { uniqueSets[index].seen.insert(hash) }
        }
        return true
    }

    /// Nil where a value is null, which is never the same as another.
    private static func hash(_ positions: [Int], of values: [SQLValue]) -> UInt64? {
        var hash: UInt64 = 0x51
        for position in positions {
            switch values[position] {
            case .null: return nil
            case .integer(let integer):
                hash = SeedRandom.mixed(hash ^ UInt64(bitPattern: integer))
            case .real(let real): hash = SeedRandom.mixed(hash ^ real.bitPattern)
            case .text(let text): hash = Self.hash(hash, text.utf8)
            case .blob(let bytes): hash = Self.hash(hash, bytes)
            }
        }
        return hash
    }

    private static func hash(_ start: UInt64, _ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash = start
        var word: UInt64 = 0
        var count: UInt64 = 0
        for byte in bytes {
            word = word << 8 | UInt64(byte)
            count &+= 1
            if count & 7 == 0 {
                hash = SeedRandom.mixed(hash ^ word)
                word = 0
            }
        }
        return SeedRandom.mixed(hash ^ word ^ count << 56)
    }
}
