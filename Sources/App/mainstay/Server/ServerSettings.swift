import HTTPServing
import NIOCore

/// What an operator sets of a server.
struct ServerSettings: Sendable {
    var data: String
    var host = "127.0.0.1"
    var port = 8_080
    var operatorHost = "127.0.0.1"
    var operatorPort = 8_081
    var tls: HTTPTLSFiles?
    var origins: [String] = []
    var threads = System.coreCount
    /// Threads for reads that may take long.
    var readThreads = 2
    var maximumConnections = 10_000
    var maximumConnectionsPerAddress: Int?
    var maximumBody = 1 << 20
    var drainSeconds = 20
    var migratesAutomatically = true
    var logsJSON = false
    var logsAccess = false

    init(data: String) {
        self.data = data
    }
}
