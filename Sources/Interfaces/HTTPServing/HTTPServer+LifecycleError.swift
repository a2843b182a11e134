import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension HTTPServer {
    /// Why a server did not start; its description is for who has to put it right.
    package enum LifecycleError: Error, Sendable, Equatable {
        case alreadyStarted
        /// Something listens there already.
        case addressInUse(host: String, port: Int)
        /// The system keeps the port for privileged processes.
        case portNotPermitted(host: String, port: Int)
        /// The host is an address or a name, but none of this machine.
        case addressNotLocal(host: String, port: Int)
        /// The host is no address, and no name that has one.
        case hostUnknown(String)
        /// Anything else, in the system's words.
        case notListening(host: String, port: Int, reason: String)

        /// What binding to the address threw.
        package init(_ error: any Error, host: String, port: Int) {
            switch error {
            case let error as IOError:
                switch error.errnoCode {
                case EADDRINUSE: self = .addressInUse(host: host, port: port)
                case EACCES, EPERM: self = .portNotPermitted(host: host, port: port)
                case EADDRNOTAVAIL: self = .addressNotLocal(host: host, port: port)
                default:
                    let reason = String(cString: strerror(error.errnoCode))
                    self = .notListening(host: host, port: port, reason: reason)
                }
            case is SocketAddressError.UnknownHost:
                self = .hostUnknown(host)
            default:
                self = .notListening(host: host, port: port, reason: "\(error)")
            }
        }
    }
}

extension HTTPServer.LifecycleError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .alreadyStarted:
            "The server has been started already."
        case .addressInUse(let host, let port):
            "Port \(port) of \"\(host)\" is taken: another process listens there. "
                + "Choose another port, or stop that process."
        case .portNotPermitted(let host, let port):
            "Listening on port \(port) of \"\(host)\" is not permitted: ports below 1024 are kept for "
                + "privileged processes. Choose a port from 1024 up, or grant the capability "
                + "CAP_NET_BIND_SERVICE."
        case .addressNotLocal(let host, let port):
            "\"\(host)\" is not an address of this machine, so there is no listening on its port \(port). "
                + "Choose 127.0.0.1 for this machine only, or 0.0.0.0 for all its addresses."
        case .hostUnknown(let host):
            "\"\(host)\" is no address, and no name that has one. "
                + "Choose 127.0.0.1 for this machine only, or 0.0.0.0 for all its addresses."
        case .notListening(let host, let port, let reason):
            "There is no listening on port \(port) of \"\(host)\": \(reason)."
        }
    }
}
