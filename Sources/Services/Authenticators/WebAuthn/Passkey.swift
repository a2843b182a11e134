/// A credential as it is kept.
package struct Passkey: Sendable, Equatable {
    /// What the authenticator calls it: 1 to 1023 bytes, different for each credential.
    package let id: [UInt8]
    /// The `COSE_Key`.
    package let publicKey: [UInt8]
    /// The authenticator's signature counter; 0 throughout for those that have none.
    package let counter: UInt32
    /// Whether it may be copied to other devices of its owner (a synced passkey).
    package let isBackupEligible: Bool
    package let isBackedUp: Bool
    /// The model of the authenticator, 16 bytes; zeros where it does not say.
    package let aaguid: [UInt8]
    /// How a browser may reach it, as the browser told: "internal", "hybrid", "usb".
    package let transports: [String]

    package init(
        id: [UInt8],
        publicKey: [UInt8],
        counter: UInt32,
        isBackupEligible: Bool,
        isBackedUp: Bool,
        aaguid: [UInt8] = [UInt8](repeating: 0, count: 16),
        transports: [String] = []
    ) {
        self.id = id
        self.publicKey = publicKey
        self.counter = counter
        self.isBackupEligible = isBackupEligible
        self.isBackedUp = isBackedUp
        self.aaguid = aaguid
        self.transports = transports
    }
}
