/// Who may run next, where callers take turns: a caller runs few at a time, and few more wait.
struct TurnQueue<Work> {
    enum Place {
        /// To be started now.
        case now(Work)
        case later
        /// There is no room.
        case refused
    }

    let runningPerCaller: Int
    let waitingPerCaller: Int
    /// All that may wait, whoever's it is.
    let capacity: Int
    private var running: [String: Int] = [:]
    private var waiting: [(caller: String, work: Work)] = []

    init(runningPerCaller: Int, waitingPerCaller: Int, capacity: Int) {
        self.runningPerCaller = runningPerCaller
        self.waitingPerCaller = waitingPerCaller
        self.capacity = capacity
    }

    mutating func arrive(_ work: Work, of caller: String) -> Place {
        if running[caller, default: 0] < runningPerCaller {
            running[caller, default: 0] += 1
            return .now(work)
        }
        let own = waiting.count { $0.caller == caller }
        guard own < waitingPerCaller, waiting.count < capacity else { return .refused }
        waiting.append((caller, work))
        return .later
    }

    /// Ends a caller's turn; what has waited longest and may start now.
    mutating func leave(_ caller: String) -> Work? {
        let left = running[caller, default: 1] - 1
        running[caller] = left == 0 ? nil : left
        let index = waiting.firstIndex { running[$0.caller, default: 0] < runningPerCaller }
        guard let index else { return nil }
        let next = waiting.remove(at: index)
        running[next.caller, default: 0] += 1
        return next.work
    }
}
