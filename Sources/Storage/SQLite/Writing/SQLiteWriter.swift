import CSQLite
import Storage

/// The one thread that writes: it drains its queue into groups that share a commit.
///
/// While one group is being committed, the next one gathers; so a group is as large as the
/// disk is slow.
final class SQLiteWriter: Sendable {
    /// Work that needs the connection for itself, such as a migration.
    typealias Exclusive = @Sendable (SQLiteConnection) -> Void

    private struct State {
        var tasks: [any WriteTask] = []
        var exclusive: [Exclusive] = []
        /// Tasks that were taken from the queue and are not over.
        var running = 0
        var isClosed = false
        var isWaiting = false
    }

    private enum Work {
        case tasks([any WriteTask])
        case exclusive(Exclusive)
        case nothing
    }

    private let state = Monitor(State())
    private let queueLimit: Int
    private let thread: WorkerThread
    private let checkpointer: Checkpointer

    init(path: String, options: SQLiteOptions) throws(StoreError) {
        queueLimit = options.queueLimit
        let state = state
        let started = Monitor<Result<Checkpointer, StoreError>?>(nil)
        thread = WorkerThread {
            do throws(StoreError) {
                let connection = try SQLiteConnection(path: path, access: .write, options: options)
                let checkpointer = Checkpointer(path: path, options: options)
                checkpointer.watch(connection)
                let group = try WriteGroup(connection: connection, options: options)
                started.update { $0 = .success(checkpointer) }
                Self.loop(state, connection, group)
                checkpointer.close()
            } catch {
                started.update { $0 = .failure(error) }
            }
        }
        checkpointer = try started.wait { $0 }.get()
    }

    /// Queues a task; one that cannot be queued is answered at once, on the caller's thread.
    func submit(_ task: any WriteTask) {
        enum Outcome {
            case queued
            case queuedForWaiting
            case refused(StoreError)
        }
        let outcome = state.withLock { state -> Outcome in
            if state.isClosed { return .refused(.closed) }
            if state.tasks.count + state.running >= queueLimit { return .refused(.busy) }
            state.tasks.append(task)
            return state.isWaiting ? .queuedForWaiting : .queued
        }
        switch outcome {
        case .queued: break
        case .queuedForWaiting: state.update { _ in }
        case .refused(let error):
            task.inbox.receive([FinishedWrite(task: task, result: .failure(error))])
        }
    }

    /// Runs `body` on the writer's thread between two groups, and waits for it.
    func exclusively<Answer: Sendable>(
        _ body: @escaping @Sendable (SQLiteConnection) throws(StoreError) -> Answer
    ) throws(StoreError) -> Answer {
        let answer = Monitor<Result<Answer, StoreError>?>(nil)
        let isQueued = state.update { state in
            guard !state.isClosed else { return false }
            state.exclusive.append { connection in
                let result = Result { () throws(StoreError) in try body(connection) }
                answer.update { $0 = result }
            }
            return true
        }
        guard isQueued else { throw .closed }
        return try answer.wait { $0 }.get()
    }

    /// Empties the log soon, beside what is written.
    func truncateLog() {
        checkpointer.truncate()
    }

    /// Finishes what is queued; what is submitted from now on is refused.
    func close() {
        state.update { $0.isClosed = true }
        thread.join()
    }

    private static func loop(
        _ state: Monitor<State>,
        _ connection: SQLiteConnection,
        _ group: WriteGroup
    ) {
        while true {
            switch next(state) {
            case .tasks(let tasks): run(tasks, in: group, state)
            case .exclusive(let body): body(connection)
            case .nothing: return
            }
        }
    }

    /// Waits for work; none means that the queue is empty and closed.
    private static func next(_ state: Monitor<State>) -> Work {
        state.wait { state in
            state.isWaiting = false
            if !state.exclusive.isEmpty { return .exclusive(state.exclusive.removeFirst()) }
            if !state.tasks.isEmpty {
                var tasks: [any WriteTask] = []
                tasks.reserveCapacity(state.tasks.count)
                swap(&tasks, &state.tasks)
                state.running = tasks.count
                return .tasks(tasks)
            }
            if state.isClosed { return .nothing }
            state.isWaiting = true
            return nil
        }
    }

    private static func run(
        _ tasks: [any WriteTask],
        in group: WriteGroup,
        _ state: Monitor<State>
    ) {
        var rest = tasks[...]
        while !rest.isEmpty {
            let finished = group.run(rest)
            rest = rest.dropFirst(finished.count)
            let left = rest.count
            state.withLock { $0.running = left }
            deliver(finished)
        }
    }

    /// Hands each inbox its tasks together, in the order of the queue.
    private static func deliver(_ finished: [FinishedWrite]) {
        var inboxes: [(inbox: any WriteInbox, finished: [FinishedWrite])] = []
        var positions: [ObjectIdentifier: Int] = [:]
        for write in finished {
            let inbox = write.task.inbox
            if let position = positions[ObjectIdentifier(inbox)] {
                inboxes[position].finished.append(write)
            } else {
                positions[ObjectIdentifier(inbox)] = inboxes.count
                inboxes.append((inbox, [write]))
            }
        }
        for (inbox, finished) in inboxes { inbox.receive(finished) }
    }
}
