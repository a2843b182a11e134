#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An IP address, and whether it is somebody else's on the open internet.
package struct NetworkAddress: Sendable, Hashable {
    /// 4 or 16 bytes.
    package let bytes: [UInt8]
    /// As it is dialled.
    package let text: String

    /// Nil if the text is no address in its usual form.
    package init?(_ text: String) {
        var buffer = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &buffer) == 1 {
            bytes = Array(buffer.prefix(4))
        } else if inet_pton(AF_INET6, text, &buffer) == 1 {
            bytes = buffer
        } else {
            return nil
        }
        self.text = text
    }

    /// Whether it is a unicast address of the open internet (the registries of RFC 6890).
    ///
    /// Addresses of IPv4 that stand in ones of IPv6 (mapped, translated, 6to4, Teredo) count as
    /// private: no provider has only such a one, and they are a way around a filter.
    package var isPublic: Bool {
        let ranges = bytes.count == 4 ? Self.privateV4 : Self.reservedV6
        let isGlobal = bytes.count == 4 || bytes[0] & 0xE0 == 0x20
        return isGlobal && !ranges.contains { $0.contains(bytes) }
    }

    private struct Range {
        let prefix: [UInt8]
        let bits: Int

        init(_ prefix: [UInt8], _ bits: Int) {
            self.prefix = prefix
            self.bits = bits
        }

        func contains(_ bytes: [UInt8]) -> Bool {
            for bit in 0..<bits {
                let mask: UInt8 = 0x80 >> UInt8(bit % 8)
                let expected = bit / 8 < prefix.count ? prefix[bit / 8] : 0
                if bytes[bit / 8] & mask != expected & mask { return false }
            }
            return true
        }
    }

    private static let privateV4: [Range] = [
        Range([0], 8), Range([10], 8), Range([100, 64], 10), Range([127], 8),
        Range([169, 254], 16), Range([172, 16], 12), Range([192, 0, 0], 24),
        Range([192, 0, 2], 24), Range([192, 31, 196], 24), Range([192, 52, 193], 24),
        Range([192, 88, 99], 24), Range([192, 168], 16), Range([192, 175, 48], 24),
        Range([198, 18], 15), Range([198, 51, 100], 24), Range([203, 0, 113], 24),
        Range([224], 4), Range([240], 4),
    ]

    /// Within 2000::/3, outside of which nothing is public.
    private static let reservedV6: [Range] = [
        Range([0x20, 0x01, 0x00], 23), Range([0x20, 0x01, 0x0D, 0xB8], 32),
        Range([0x20, 0x02], 16), Range([0x26, 0x20, 0x00, 0x4F, 0x80, 0x00], 48),
        Range([0x3F, 0xFF, 0x00], 20),
    ]
}
