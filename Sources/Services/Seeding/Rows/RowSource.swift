import Expressions
import ModelLanguage
import Storage

/// Makes the rows of one collection, one after the other, so that they keep to all that the model says.
///
/// A row is drawn whole, and drawn again while it clashes with one before it in a unique set or
/// breaks a validation. Not `Sendable`: one task makes all rows.
final class RowSource {
    private static let attempts = 200
    /// After so many attempts what is popular is likely taken, and any record will do.
    static let popularAttempts = 8
    static let distinctAttempts = 6

    enum Source {
        case id
        case created
        case accountEmail
        case counter
        case relation(RelationSource)
        /// Tenants take turns: that of a record follows from its index, so others can find theirs.
        case tenant(RecordNames)
        case none
        case actor
        case expression(CheckedExpression)
        case value(FieldValue)
    }

    /// The records that a relation may name.
    struct RelationSource {
        let target: RecordNames
        /// Whether they are of the collection itself.
        let isSelf: Bool
        let nullShare: Double
        /// Whether each is named once at most, so that none may be popular.
        let isEven: Bool
        /// How many tenants take turns in both collections; 1 where the relation may lead anywhere.
        let tenants: Int
    }

    let collection: Collection
    let names: RecordNames
    let accounts: RecordNames?
    let sources: [Source]
    let hasActor: Bool
    var uniqueSets: [(positions: [Int], seen: BloomFilter)]
    let validations: [Validation]
    let setting: SeedSetting
    private let stream: UInt64
    /// What the last attempt broke.
    var lastObstacle: String?

    init(
        _ collection: Collection,
        names: RecordNames,
        known: [String: RecordNames],
        tenants: SeedTenants?,
        accounts: String?,
        setting: SeedSetting,
        stream: UInt64
    ) throws(SeedError) {
        self.collection = collection
        self.names = names
        self.setting = setting
        self.stream = stream
        self.accounts = accounts.flatMap { known[$0] }
        var sources: [Source] = []
        for field in collection.fields {
            sources.append(try Self.source(of: field, in: collection, names, known, tenants))
        }
        self.sources = sources
        hasActor = collection.fields.contains { field in
            [field.onCreate, field.onUpdate].contains {
                $0?.references.variables.contains("auth") ?? false
            }
        }
        let single = collection.fields.filter { $0.isUnique && $0.name != "id" }.map { [$0.name] }
        uniqueSets = (single + collection.uniqueSets).map { set in
            (
                set.compactMap { collection.position(of: $0) },
                BloomFilter(capacity: names.timeline.count)
            )
        }
        validations = collection.validations.filter { !$0.rule.references.readsOtherRecords }
    }

    /// The columns that rows have values for: all but counters.
    var columns: [String] {
        collection.fields.filter { $0.counter == nil }.map(\.name)
    }

    /// The row with an index; nil if none was found that is allowed.
    func row(_ index: Int) throws(SeedError) -> SeedRow? {
        var random = SeedRandom(seed: setting.seed, stream: stream, index: index)
        let position = names.timeline.position(index)
        let created = names.timeline.created(index)
        for attempt in 0..<Self.attempts {
            let place = Place(
                index: index,
                position: position,
                created: created,
                attempt: attempt
            )
            guard let draft = try draft(place, random: &random), isAllowed(draft, created: created)
            else { continue }
            guard takesUniqueValues(draft.values) else { continue }
            var values: [SQLValue] = []
            values.reserveCapacity(draft.values.count)
            for (position, source) in sources.enumerated() {
                if case .counter = source { continue }
                values.append(draft.values[position])
            }
            return SeedRow(values: values, actor: draft.actor?.id, created: created)
        }
        names.leaveOut(index)
        return nil
    }
}

// MARK: - Sources

extension RowSource {
    private static func source(
        of field: Field,
        in collection: Collection,
        _ own: RecordNames,
        _ known: [String: RecordNames],
        _ tenants: SeedTenants?
    ) throws(SeedError) -> Source {
        switch (field.origin, field.name) {
        case (.system, "id"): return .id
        case (.system, _): return .created
        case (.account, _): return .accountEmail
        default: break
        }
        if field.counter != nil { return .counter }
        if field.name == collection.tenant { return tenants.map { .tenant($0.names) } ?? .none }
        // What would need other records' fields gets a value like any other field.
        if let expression = field.onCreate ?? field.onUpdate,
            !expression.references.readsOtherRecords
        {
            return expression.source == "auth.id" ? .actor : .expression(expression)
        }
        guard case .relation(let relation) = field.type else {
            return field.relationTarget == nil
                ? .value(try FieldValue(field, of: collection)) : .none
        }
        let isSelf = relation.collection == collection.name
        guard let target = isSelf ? own : known[relation.collection] else { return .none }
        return .relation(
            RelationSource(
                target: target,
                isSelf: isSelf,
                nullShare: field.isOptional ? 0.25 : 0,
                isEven: field.isUnique
                    || collection.uniqueSets.contains { $0 == [field.name] },
                tenants: collection.tenant == nil
                    ? 1 : tenants?.turns(in: relation.collection) ?? 1
            )
        )
    }
}
