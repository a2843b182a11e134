import ExpressionSQL

/// Plans by the shape of what was asked for.
///
/// One reader's own, so that no lock is needed.
struct PlanCache {
    /// What two requests have in common that run the same statement.
    struct Key: Hashable {
        let source: String
        let category: CallerClass
        let kind: Kind
        /// The filter without its literals; nil where there is none.
        let template: [UInt8]?
        let sort: String?
        let fields: String?
        let expand: String?

        enum Kind: Hashable {
            case get
            case list(position: Position, isCounted: Bool)
        }

        enum Position: Hashable {
            case start
            case offset
            case cursor
        }
    }

    private var plans: [Key: ReadPlan] = [:]
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
    }

    subscript(key: Key) -> ReadPlan? { plans[key] }

    var count: Int { plans.count }

    /// Keeps a plan; starts anew when there are too many, which costs less than to watch each use.
    mutating func insert(_ plan: ReadPlan, for key: Key) {
        if plans.count >= capacity { plans.removeAll(keepingCapacity: true) }
        plans[key] = plan
    }
}
