import JSON
import Storage
import Testing

extension ConformanceCase {
    static let writes: [ConformanceCase] = [
        ConformanceCase("what a task rolls back is gone, and its neighbours stay") { store in
            let database = try Database(store)
            let inbox = CollectingInbox()
            for index in 0..<9 {
                store.submit(
                    ClosureTask(inbox: inbox) { transaction throws(StoreError) in
                        try add(index, to: transaction)
                        if index % 3 == 1 { return .rollBack }
                        if index % 3 == 2 { try add(index - 2, to: transaction) }
                        return .commit
                    }
                )
            }
            let results = await inbox.deliveries(of: 9).flatMap { $0.map(\.result) }
            for (index, result) in results.enumerated() {
                switch index % 3 {
                case 0: #expect(result == .success(.commit))
                case 1: #expect(result == .success(.rollBack))
                default:
                    #expect(throws: StoreError.unique(table: "categories", columns: ["id"])) {
                        try result.get()
                    }
                }
            }
            let names = try database.rows(#"SELECT "name" FROM "categories" ORDER BY "id""#)
            #expect(names.map { $0[0].text } == ["0", "3", "6"])
        },
        ConformanceCase("writes are done in their order and handed over by inbox") { store in
            let database = try Database(store)
            let inboxes = [CollectingInbox(), CollectingInbox()]
            let tasks = (0..<200).map { index in
                ClosureTask(inbox: inboxes[index % 2]) { transaction throws(StoreError) in
                    try add(index, to: transaction)
                    return .commit
                }
            }
            for task in tasks { store.submit(task) }
            for (index, inbox) in inboxes.enumerated() {
                let deliveries = await inbox.deliveries(of: 100)
                let finished = deliveries.flatMap { $0 }.map { ObjectIdentifier($0.task) }
                let expected = tasks.indices.filter { $0 % 2 == index }.map {
                    ObjectIdentifier(tasks[$0])
                }
                #expect(finished == expected)
            }
            let sequence = try database.rows(
                #"SELECT "record" FROM "_events" ORDER BY "seq""#
            )
            #expect(sequence.map { $0[0].text } == (0..<200).map { "c\($0)" })
        },
        ConformanceCase("a write reads what it wrote itself") { store in
            let database = try Database(store)
            try await database.write { transaction throws(StoreError) in
                try add(1, to: transaction)
                let count = try transaction.rows(
                    Statement(#"SELECT count(*) FROM "categories""#),
                    []
                )
                #expect(count == [[.integer(1)]])
                let output = RowOutput()
                let shape = RowShape(members: [
                    MemberColumn(name: "name", column: 0, format: .string)
                ])
                try transaction.write(
                    Statement(#"SELECT "name" FROM "categories""#, shape: shape),
                    [],
                    limit: 1,
                    into: output
                )
                #expect(output.json.text == #"{"name":"1"}"#)
                return .commit
            }
        },
        ConformanceCase("a statement answers how many rows it changed itself") { store in
            let database = try Database(store)
            try await database.addUsers("ann", "bob")
            try await database.addPost("p", by: "ann")
            try await database.write { transaction throws(StoreError) in
                let changed = try transaction.execute(
                    Statement(#"DELETE FROM "users" WHERE "id" = ?1"#),
                    [.text("ann")]
                )
                #expect(changed == 1)
                let none = try transaction.execute(
                    Statement(#"DELETE FROM "users" WHERE "id" = ?1"#),
                    [.text("ann")]
                )
                #expect(none == 0)
                return .commit
            }
        },
        ConformanceCase("many threads write at once, and nothing is lost") { store in
            let database = try Database(store)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for thread in 0..<8 {
                    group.addTask {
                        for index in 0..<50 {
                            try await database.write { transaction throws(StoreError) in
                                try add(thread * 50 + index, to: transaction)
                                return .commit
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try database.value(#"SELECT count(*) FROM "categories""#) == .integer(400))
            let events = try database.rows(#"SELECT count(*), max("seq") FROM "_events""#)
            #expect(events == [[.integer(400), .integer(400)]])
        },
        ConformanceCase("closing finishes what is queued and refuses what comes later") { store in
            _ = try Database(store)
            let inbox = CollectingInbox()
            for index in 0..<20 {
                store.submit(
                    ClosureTask(inbox: inbox) { transaction throws(StoreError) in
                        try add(index, to: transaction)
                        return .commit
                    }
                )
            }
            store.close()
            let results = await inbox.deliveries(of: 20).flatMap { $0.map(\.result) }
            #expect(results.allSatisfy { $0 == .success(.commit) })
            let late = CollectingInbox()
            store.submit(ClosureTask(inbox: late) { _ in .commit })
            let refused = await late.deliveries(of: 1).flatMap { $0.map(\.result) }
            #expect(refused == [.failure(.closed)])
        },
    ]
}

/// Adds a category that is named after a number.
private func add(_ number: Int, to transaction: any WriteTransaction) throws(StoreError) {
    let (sql, parameters) = Database.insert(
        "categories",
        ["id": .text("c\(number)"), "name": .text("\(number)")]
    )
    _ = try transaction.execute(Statement(sql), parameters)
}
