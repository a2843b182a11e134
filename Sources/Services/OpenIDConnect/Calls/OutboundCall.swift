/// Calls other servers; what stands between the protocol and the network.
package protocol OutboundCaller: Sendable {
    func send(_ request: OutboundRequest) async throws(OutboundError) -> OutboundResponse

    /// Whether plain `http` may be called.
    var allowsPlain: Bool { get }
}

package struct OutboundRequest: Sendable {
    package let url: OutboundURL
    package var headers: [(name: String, value: String)]
    /// A form to post; nil to get.
    package var form: String?

    package init(
        _ url: OutboundURL,
        headers: [(name: String, value: String)] = [],
        form: String? = nil
    ) {
        self.url = url
        self.headers = headers
        self.form = form
    }
}

package struct OutboundResponse: Sendable {
    package let status: Int
    package let body: [UInt8]

    package init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}

/// Why a call has no answer.
package enum OutboundError: Error, Sendable, Hashable {
    case unknownHost
    /// The host has an address that is not one of the open internet.
    case privateAddress
    case timedOut
    /// The answer has more bytes than are read of one.
    case tooLarge
    /// The connection could not be made, not be encrypted or broke.
    case failed
}

extension OutboundError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownHost: "its host is unknown"
        case .privateAddress:
            "its host has an address that is not one of the open internet"
        case .timedOut: "it did not answer in time"
        case .tooLarge: "its answer is too large"
        case .failed: "the connection failed"
        }
    }
}
