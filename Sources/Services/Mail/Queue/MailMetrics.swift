import Synchronization

/// What became of letters, since the process began.
package final class MailMetrics: Sendable {
    private let sent = Atomic(0)
    private let retried = Atomic(0)
    private let failed = Atomic(0)
    private let expired = Atomic(0)

    enum Outcome {
        case sent, retried, failed, expired
    }

    func count(_ outcome: Outcome) {
        switch outcome {
        case .sent: sent.add(1, ordering: .relaxed)
        case .retried: retried.add(1, ordering: .relaxed)
        case .failed: failed.add(1, ordering: .relaxed)
        case .expired: expired.add(1, ordering: .relaxed)
        }
    }

    /// The counters in Prometheus's text format.
    package func prometheusText() -> String {
        let counts = [
            ("sent", sent.load(ordering: .relaxed)), ("retried", retried.load(ordering: .relaxed)),
            ("failed", failed.load(ordering: .relaxed)),
            ("expired", expired.load(ordering: .relaxed)),
        ]
        let lines = counts.map { "mainstay_mails_total{outcome=\"\($0)\"} \($1)\n" }
        return """
            # HELP mainstay_mails_total Tries to send a mail, by what became of them.
            # TYPE mainstay_mails_total counter
            \(lines.joined())
            """
    }
}
