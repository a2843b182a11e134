package import Engine
package import Storage

extension Problem {
    /// The server's keys do not do what they should; clients are told nothing of them.
    package init(cipher error: CipherError) {
        self.init(.internalError)
        cause = error.description
    }
}
