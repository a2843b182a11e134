import Storage

extension Problem {
    /// What a client is told of a store's error.
    init(storeError error: StoreError) {
        switch error {
        case .unique(_, let columns):
            let columns = columns.map(EncryptedColumn.plainName)
            let names = columns.map { "\"\($0)\"" }.joined(separator: " and ")
            self.init(
                .uniqueViolated,
                "another record has the same \(names)",
                errors: columns.map {
                    ValueError("unique.violated", field: $0, "the value is taken")
                }
            )
        case .foreignKey:
            self.init(
                .relationConflict,
                "a relation names a record that does not exist, or this record is still in use"
            )
        case .check, .notNull:
            self.init(.validationFailed, "the database refuses a value")
        case .full:
            self.init(
                .storageFull,
                "there is no space left to write to; reads go on",
                hint: "the operator has to make space; then send the request again"
            )
        case .busy:
            self.init(.overloaded, "too much is being written at once", hint: "try again soon")
        case .interrupted:
            self.init(
                .timedOut,
                "the request takes longer than it may",
                hint: "filter and sort by indexed fields, or ask for less"
            )
        case .closed:
            self.init(.overloaded, "the server is stopping", hint: "try again soon")
        case .corrupt(let message):
            self.init(.internalError)
            cause = "the database is damaged: \(message)"
        case .sealing(let place, let error):
            self.init(.internalError)
            cause = "the value of \(place) cannot be read: \(error)"
        case .failed(let code, let message):
            self.init(.internalError)
            cause = "the database failed with \(code): \(message)"
        }
    }
}
