/// A value of CTAP2's canonical CBOR, as far as authenticators use it.
indirect enum CBORValue: Equatable, Sendable {
    /// An integer of either sign. Those beyond 64 bits are refused; no message has one.
    case integer(Int64)
    case bytes([UInt8])
    case text(String)
    case array([CBORValue])
    /// In the canonical order of the keys, each key once.
    case map([Entry])
    case bool(Bool)
    case null

    struct Entry: Equatable, Sendable {
        let key: CBORValue
        let value: CBORValue
    }

    /// A map's value for a text key.
    subscript(key: String) -> CBORValue? { self[.text(key)] }

    /// A map's value for an integer key.
    subscript(key: Int64) -> CBORValue? { self[.integer(key)] }

    private subscript(key: CBORValue) -> CBORValue? {
        guard case .map(let entries) = self else { return nil }
        return entries.first { $0.key == key }?.value
    }

    var bytesValue: [UInt8]? {
        guard case .bytes(let bytes) = self else { return nil }
        return bytes
    }

    var integerValue: Int64? {
        guard case .integer(let integer) = self else { return nil }
        return integer
    }

    var textValue: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }
}
