/// What a server has counted since it was started; readable from any thread while it runs.
package struct HTTPMetrics: Sendable {
    let loops: [LoopCounters]
    let routes: [String]

    /// The sums over all event loops, each counter as of some moment during the call.
    package func snapshot() -> HTTPMetricsSnapshot {
        HTTPMetricsSnapshot(
            connectionsAccepted: sum(.accepted),
            connectionsRefused: sum(.refused),
            connectionsOpen: max(0, sum(.accepted) - sum(.closed)),
            requestsStarted: sum(.started),
            requestsInFlight: max(0, sum(.started) - sum(.finished)),
            bytesReceived: sum(.bytesIn),
            bytesSent: sum(.bytesOut),
            protocolErrors: sum(.protocolErrors),
            timeouts: sum(.timeouts),
            tlsFailures: sum(.tlsFailures)
        )
    }

    /// The number of answers with this status class (2 for 200 to 299), over all methods.
    package func answers(statusClass: Int) -> Int {
        MethodLabel.allCases.reduce(0) {
            $0 + sum(Counter.requests(method: $1, statusClass: statusClass))
        }
    }

    /// Prometheus's text exposition format 0.0.4.
    ///
    /// `listener` becomes a label on every sample.
    package func prometheusText(listener: String) -> String {
        var text = ""
        let label = "listener=\"\(listener)\""
        let now = snapshot()
        func family(_ name: String, _ type: String, _ help: String, _ samples: [(String, Int)]) {
            text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
            for (labels, value) in samples { text += "\(name){\(label)\(labels)} \(value)\n" }
        }
        family(
            "http_server_connections_accepted_total",
            "counter",
            "Connections accepted.",
            [("", now.connectionsAccepted)]
        )
        family(
            "http_server_connections_refused_total",
            "counter",
            "Connections beyond a limit.",
            [("", now.connectionsRefused)]
        )
        family(
            "http_server_connections_open",
            "gauge",
            "Connections open.",
            [("", now.connectionsOpen)]
        )
        family(
            "http_server_requests_in_flight",
            "gauge",
            "Requests being answered.",
            [("", now.requestsInFlight)]
        )
        family(
            "http_server_received_bytes_total",
            "counter",
            "Bytes received, decrypted.",
            [("", now.bytesReceived)]
        )
        family(
            "http_server_sent_bytes_total",
            "counter",
            "Bytes of answers sent, not encrypted.",
            [("", now.bytesSent)]
        )
        family(
            "http_server_protocol_errors_total",
            "counter",
            "Connections and streams that broke a rule.",
            [("", now.protocolErrors)]
        )
        family(
            "http_server_timeouts_total",
            "counter",
            "Clients that took too long.",
            [("", now.timeouts)]
        )
        family(
            "http_server_tls_failures_total",
            "counter",
            "TLS handshakes that failed.",
            [("", now.tlsFailures)]
        )
        family(
            "http_server_requests_total",
            "counter",
            "Requests answered.",
            requestSamples()
        )
        return text + histogramText(label)
    }

    private func requestSamples() -> [(String, Int)] {
        MethodLabel.allCases.flatMap { method in
            (1...5).compactMap { statusClass in
                let count = sum(Counter.requests(method: method, statusClass: statusClass))
                guard count > 0 else { return nil }
                return (",method=\"\(method.name)\",status=\"\(statusClass)xx\"", count)
            }
        }
    }

    private func histogramText(_ label: String) -> String {
        let name = "http_server_request_duration_seconds"
        var text = "# HELP \(name) Time from a complete head to the end of the answer.\n"
        text += "# TYPE \(name) histogram\n"
        for (route, routeName) in routes.enumerated() {
            let base = Counter.histograms + route * LatencyHistogram.width
            let labels = "\(label),route=\"\(Self.escape(routeName))\""
            var cumulative = 0
            var buckets = ""
            for (index, bound) in LatencyHistogram.labels.enumerated() {
                cumulative += sum(base + index)
                buckets += "\(name)_bucket{\(labels),le=\"\(bound)\"} \(cumulative)\n"
            }
            guard cumulative > 0 else { continue }
            let seconds = Double(sum(base + LatencyHistogram.sum)) / 1e9
            text += buckets + "\(name)_sum{\(labels)} \(seconds)\n"
            text += "\(name)_count{\(labels)} \(cumulative)\n"
        }
        return text
    }

    private static func escape(_ value: String) -> String {
        value.reduce(into: "") { text, character in
            switch character {
            case "\\": text += #"\\"#
            case "\"": text += #"\""#
            case "\n": text += #"\n"#
            default: text.append(character)
            }
        }
    }

    private func sum(_ counter: Counter) -> Int { sum(counter.rawValue) }

    private func sum(_ index: Int) -> Int {
        loops.reduce(0) { $0 + $1.value(index) }
    }
}

/// A moment's sums.
package struct HTTPMetricsSnapshot: Sendable, Equatable {
    package let connectionsAccepted: Int
    package let connectionsRefused: Int
    package let connectionsOpen: Int
    package let requestsStarted: Int
    package let requestsInFlight: Int
    package let bytesReceived: Int
    package let bytesSent: Int
    package let protocolErrors: Int
    package let timeouts: Int
    package let tlsFailures: Int
}
