import Expressions
import ModelLanguage
import Storage

extension RowSource {
    struct Draft {
        /// Of all fields, in the collection's order.
        var values: [SQLValue]
        var actor: (id: String, created: Int64)?
    }

    /// Nil if a record that has to be named is not there.
    func draft(
        _ index: Int,
        at position: Double,
        _ created: Int64,
        _ attempt: Int,
        random: inout SeedRandom
    ) throws(SeedError) -> Draft? {
        let moment = FieldValue.Moment(
            number: setting.firstNumber + index,
            attempt: attempt,
            created: created,
            now: setting.now
        )
        var draft = Draft(values: [], actor: nil)
        draft.values.reserveCapacity(sources.count)
        if hasActor, let accounts {
            let bound = accounts.timeline.available(at: position)
            let picked =
                attempt < Self.popularAttempts
                ? accounts.pickActive(below: bound, random: &random)
                : accounts.pick(below: bound, popularity: .even, random: &random)
            draft.actor = picked.map { (accounts.timeline.id($0), accounts.timeline.created($0)) }
        }
        var hasExpressions = false
        for source in sources {
            let value: SQLValue
            switch source {
            case .id: value = .text(names.timeline.id(index))
            case .created: value = .integer(created)
            case .counter: value = .integer(0)
            case .none: value = .null
            case .accountEmail: value = .text(setting.email(index))
            case .actor: value = .text(orNull: draft.actor?.id)
            case .value(let field): value = try field.column(moment, random: &random)
            case .expression:
                hasExpressions = true
                value = .null
            case .relation(let target, let isSelf, let nullShare, let isEven):
                let bound = isSelf ? index : target.timeline.available(at: position)
                let isUsual = attempt < Self.popularAttempts && !isEven
                if nullShare > 0, bound == 0 || random.chance(nullShare) {
                    value = .null
                } else if isSelf, bound == 0 {
                    value = .text(names.timeline.id(index))
                } else {
                    let popularity = isUsual ? target.popularity : .even
                    guard
                        let picked = target.pick(
                            below: bound,
                            popularity: popularity,
                            random: &random
                        )
                    else { return nil }
                    value = .text(target.timeline.id(picked))
                }
            }
            draft.values.append(value)
        }
        if hasExpressions { evaluateExpressions(&draft, created: created) }
        return draft
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
