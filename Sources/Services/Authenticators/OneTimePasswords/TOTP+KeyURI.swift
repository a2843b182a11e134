import Bytes

extension TOTP {
    /// The address that a QR code carries to an authenticator app (the "Key Uri Format").
    ///
    /// `issuer` is who asks for the codes, as the app lists it; `account` tells which account there.
    package func keyURI(issuer: String, account: String) -> String {
        // A colon parts the two in the label, so neither may have one.
        let label = [issuer, account].map { Self.escaped($0.filter { $0 != ":" }) }
        return "otpauth://totp/\(label[0]):\(label[1])"
            + "?secret=\(Base32.unpadded.encode(secret))&issuer=\(label[0])"
            + "&algorithm=\(algorithm.rawValue)&digits=\(digits)&period=\(period)"
    }

    /// Everything but RFC 3986's unreserved characters percent-encoded.
    private static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var escaped: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                escaped.append(byte)
            default:
                escaped += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }
}
