import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A few threads of low priority for work that keeps a processor busy, behind a bounded queue.
///
/// Tasks and event loops share the processors with whoever answers requests; a password's hash
/// on one of those would hold up everybody else for tens of milliseconds.
final class WorkerThreads: Sendable {
    typealias Job = @Sendable () -> Void

    private let queue: JobQueue
    private let count: Int

    /// - Parameters:
    ///   - count: Jobs that are done at once.
    ///   - queueLimit: Jobs that may wait; more are refused.
    init(count: Int, queueLimit: Int) {
        let queue = JobQueue(limit: queueLimit)
        self.queue = queue
        self.count = (0..<max(count, 1)).count { _ in startThread(for: queue) }
    }

    deinit {
        queue.close(threads: count)
    }

    /// Queues a job; false if too many wait already.
    func submit(_ job: @escaping Job) -> Bool {
        count > 0 && queue.append(job)
    }
}

/// Jobs that wait; the semaphore counts them.
private final class JobQueue: Sendable {
    private struct State {
        var jobs: [WorkerThreads.Job] = []
        var isClosed = false
    }

    private let limit: Int
    private let state = Mutex(State())
    private let available = DispatchSemaphore(value: 0)

    init(limit: Int) {
        self.limit = limit
    }

    func append(_ job: @escaping WorkerThreads.Job) -> Bool {
        let isQueued = state.withLock { state in
            guard state.jobs.count < limit else { return false }
            state.jobs.append(job)
            return true
        }
        if isQueued { available.signal() }
        return isQueued
    }

    /// Lets the threads finish what waits, and end.
    func close(threads: Int) {
        state.withLock { $0.isClosed = true }
        for _ in 0..<threads { available.signal() }
    }

    func run() {
        while true {
            available.wait()
            let (job, isClosed) = state.withLock { state in
                (state.jobs.isEmpty ? nil : state.jobs.removeFirst(), state.isClosed)
            }
            if let job {
                job()
            } else if isClosed {
                return
            }
        }
    }
}

private func startThread(for queue: JobQueue) -> Bool {
    let context = Unmanaged.passRetained(queue)
    var thread = pthread_t()
    guard pthread_create(&thread, nil, runThread, context.toOpaque()) == 0 else {
        context.release()
        return false
    }
    pthread_detach(thread)
    return true
}

/// A niceness of 10: a thread of niceness 0 gets about nine times as much of a contended processor.
private let niceness: Int32 = 10

private let runThread: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
    context in
    guard let context else { return nil }
    #if os(Linux)
        // Here 0 is the calling thread; elsewhere it is the whole process.
        setpriority(Int32(PRIO_PROCESS.rawValue), 0, niceness)
    #endif
    Unmanaged<JobQueue>.fromOpaque(context).takeRetainedValue().run()
    return nil
}
