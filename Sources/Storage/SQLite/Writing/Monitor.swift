#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// State behind a lock, with a signal for threads that wait until it changes.
///
/// Unchecked: `mutex` guards `state`.
final class Monitor<State>: @unchecked Sendable {
    private var state: State
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    init(_ state: State) {
        self.state = state
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Changes the state without waking anybody.
    func withLock<Answer>(_ body: (inout State) -> Answer) -> Answer {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body(&state)
    }

    /// Changes the state and wakes those who wait.
    func update<Answer>(_ body: (inout State) -> Answer) -> Answer {
        let answer = withLock(body)
        pthread_cond_broadcast(condition)
        return answer
    }

    /// Waits until `body` has an answer; it is asked again after each update.
    func wait<Answer>(for body: (inout State) -> Answer?) -> Answer {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let answer = body(&state) { return answer }
            pthread_cond_wait(condition, mutex)
        }
    }
}

/// A thread of its own for work that blocks.
final class WorkerThread: Sendable {
    private let isFinished = Monitor(false)

    init(_ body: @escaping @Sendable () -> Void) {
        let isFinished = isFinished
        let work = Work {
            body()
            isFinished.update { $0 = true }
        }
        let context = Unmanaged.passRetained(work).toOpaque()
        var thread = pthread_t()
        if pthread_create(&thread, nil, runWork, context) == 0 {
            pthread_detach(thread)
        } else {
            Unmanaged<Work>.fromOpaque(context).release()
            isFinished.update { $0 = true }
        }
    }

    /// Waits until the body has returned.
    func join() {
        isFinished.wait { $0 ? () : nil }
    }

    fileprivate final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }
}

private let runWork: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
    context in
    guard let context else { return nil }
    Unmanaged<WorkerThread.Work>.fromOpaque(context).takeRetainedValue().body()
    return nil
}
