import Expressions
import ModelLanguage
import Storage

extension RowSource {
    struct Draft {
        /// Of all fields, in the collection's order.
        var values: [SQLValue] = []
        var actor: (id: String, created: Int64)?
        /// The records that it names so far.
        fileprivate var named: [Name] = []
    }

    fileprivate struct Name: Equatable {
        let collection: ObjectIdentifier
        let index: Int
    }

    /// When a row is made, and which attempt at it this is.
    struct Place {
        let index: Int
        let position: Double
        let created: Int64
        let attempt: Int
    }

    /// Nil if a record that has to be named is not there.
    func draft(_ place: Place, random: inout SeedRandom) throws(SeedError) -> Draft? {
        let moment = FieldValue.Moment(
            number: setting.firstNumber + place.index,
            attempt: place.attempt,
            created: place.created,
            now: setting.now
        )
        var draft = Draft()
        draft.values.reserveCapacity(sources.count)
        if hasActor { pickActor(of: &draft, at: place, random: &random) }
        var hasExpressions = false
        for source in sources {
            let value: SQLValue
            switch source {
            case .id: value = .text(names.timeline.id(place.index))
            case .created: value = .integer(place.created)
            case .counter: value = .integer(0)
            case .none: value = .null
            case .accountEmail: value = .text(setting.email(place.index))
            case .actor: value = .text(orNull: draft.actor?.id)
            case .tenant(let tenants):
                guard let tenant = tenants.turn(place.index) else { return nil }
                value = .text(tenant)
            case .value(let field): value = try field.column(moment, random: &random)
            case .expression:
                hasExpressions = true
                value = .null
            case .relation(let relation):
                guard let name = name(relation, in: &draft, at: place, random: &random) else {
                    return nil
                }
                value = name
            }
            draft.values.append(value)
        }
        if hasExpressions { evaluateExpressions(&draft, created: place.created) }
        return draft
    }

    private func pickActor(of draft: inout Draft, at place: Place, random: inout SeedRandom) {
        guard let accounts else { return }
        let bound = accounts.timeline.available(at: place.position)
        let picked =
            place.attempt < Self.popularAttempts
            ? accounts.pickActive(below: bound, random: &random)
            : accounts.pick(below: bound, popularity: .even, random: &random)
        guard let picked else { return }
        draft.actor = (accounts.timeline.id(picked), accounts.timeline.created(picked))
        draft.named.append(Name(collection: ObjectIdentifier(accounts), index: picked))
    }

    /// The id of a record to name, another one than the row names already where there is a choice.
    ///
    /// Null where an optional relation is left out, nil if there is no record.
    private func name(
        _ relation: RelationSource,
        in draft: inout Draft,
        at place: Place,
        random: inout SeedRandom
    ) -> SQLValue? {
        let target = relation.target
        let bound =
            relation.isSelf ? place.index : target.timeline.available(at: place.position)
        if relation.nullShare > 0, bound == 0 || random.chance(relation.nullShare) { return .null }
        if relation.isSelf, bound == 0 { return .text(target.timeline.id(place.index)) }
        let isUsual = place.attempt < Self.popularAttempts && !relation.isEven
        let popularity = isUsual ? target.popularity : .even
        for _ in 0..<Self.distinctAttempts {
            guard let picked = target.pick(below: bound, popularity: popularity, random: &random)
            else { return nil }
            guard let index = target.near(picked, turn: place.index, of: relation.tenants) else {
                if relation.nullShare > 0 { return .null }
                continue
            }
            let name = Name(collection: ObjectIdentifier(target), index: index)
            if bound > 1, draft.named.contains(name) { continue }
            draft.named.append(name)
            return .text(target.timeline.id(index))
        }
        return nil
    }

    private func evaluateExpressions(_ draft: inout Draft, created: Int64) {
        for (position, source) in sources.enumerated() {
            guard case .expression(let expression) = source else { continue }
            let activation = RowActivation(
                collection: collection,
                values: draft.values,
                actor: draft.actor,
                now: created
            )
            let type = collection.fields[position].type
            guard let value = try? expression.evaluate(activation) else { continue }
            draft.values[position] = SQLValue(value, as: type) ?? .null
        }
    }
}
