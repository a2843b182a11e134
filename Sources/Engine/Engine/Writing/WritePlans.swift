import ExpressionSQL
import ModelLanguage
import Synchronization

/// The plans of writes, shared by all threads.
final class WritePlans: Sendable {
    private struct Key: Hashable {
        let collection: String
        let category: CallerClass
    }

    private let model: Model
    let limits: EngineLimits
    let accounts: AccountLookup
    private let plans = Mutex<[Key: WritePlan]>([:])

    init(model: Model, limits: EngineLimits) {
        self.model = model
        self.limits = limits
        accounts = AccountLookup(model: model)
    }

    /// Whether a record of one of the collections may have a value that is kept encrypted.
    func holdEncryptedFields(_ collections: [String]) -> Bool {
        collections.contains { name in
            model.collection(name)?.fields.contains { $0.encryption != nil } ?? false
        }
    }

    func plan(for collection: String, category: CallerClass) throws(Problem) -> WritePlan {
        let key = Key(collection: collection, category: category)
        if let plan = plans.withLock({ $0[key] }) { return plan }
        let planner = Planner(model: model, category: category, limits: limits)
        let plan = try planner.write(to: try planner.collection(collection))
        plans.withLock { plans in
            if plans.count >= limits.cachedPlans { plans.removeAll() }
            plans[key] = plan
        }
        return plan
    }
}
