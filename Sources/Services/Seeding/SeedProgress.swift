/// How far a run is.
package struct SeedProgress: Sendable, Equatable {
    /// The collection whose records are being made.
    package let collection: String
    /// How many of its records are stored.
    package let done: Int
    package let total: Int

    package init(collection: String, done: Int, total: Int) {
        self.collection = collection
        self.done = done
        self.total = total
    }
}

/// What a run has made.
package struct SeedReport: Sendable, Equatable {
    package struct Count: Sendable, Equatable {
        package let collection: String
        package let count: Int
    }

    /// The collections in the order in which they were made.
    package let counts: [Count]

    package var total: Int {
        counts.reduce(0) { $0 + $1.count }
    }
}
