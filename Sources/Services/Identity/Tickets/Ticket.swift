package import JSON

/// What a ticket is good for.
///
/// Features add their own purposes as extensions.
package struct TicketPurpose: RawRepresentable, Sendable, Hashable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The first factor was right; the second is missing.
    package static let secondFactor = TicketPurpose(rawValue: "second-factor")
    /// The first factor was right; a second one has to be set up.
    package static let enrolment = TicketPurpose(rawValue: "enrolment")
}

/// A single-use secret that somebody holds, and what the server remembers with it.
///
/// Times are microseconds since 1970.
package struct Ticket: Sendable, Hashable {
    package let id: String
    package let purpose: TicketPurpose
    package let account: String?
    package let data: JSONValue
    /// Failures to use it so far.
    package let attempts: Int64
    package let created: Int64
    package let expires: Int64
}

/// A ticket that is about to be kept, with the secrets that nobody can read again.
package struct IssuedTicket: Sendable {
    package let id: String
    /// `tk_` and 256 random bits, for links.
    package let token: String
    /// Eight digits, for people; nil unless asked for.
    package let code: String?

    let purpose: TicketPurpose
    var account: String?
    let subject: String?
    /// The digests that the address may have in the table, as a list in JSON.
    let subjects: String?
    let digest: [UInt8]
    let codeDigest: [UInt8]?
    let data: String
    let created: Int64
    let expires: Int64
}
