import Expressions

/// The fields that Mainstay gives to collections.
enum ImplicitFields {
    static let emailReadRule = "id == auth.id"

    /// Those before the model's own.
    static func leading(isAccount: Bool, emailRead: CheckedExpression? = nil) -> [Field] {
        let id = Field(
            name: "id",
            type: .uuid,
            isUnique: true,
            isImmutable: true,
            summary: "The record's id, set by the server.",
            origin: .system
        )
        guard isAccount else { return [id] }
        var constraints = Constraints()
        constraints.maxLength = 254
        let email = Field(
            name: "email",
            type: .email,
            constraints: constraints,
            isUnique: true,
            read: emailRead,
            summary: "The address that the account signs in with; its owner alone sees it.",
            origin: .account
        )
        return [id, email]
    }

    /// Those after the model's own.
    static let trailing = [
        Field(
            name: "created",
            type: .datetime,
            isImmutable: true,
            summary: "When the record was made.",
            origin: .system
        ),
        Field(
            name: "updated",
            type: .datetime,
            summary: "When the record was changed last.",
            origin: .system
        ),
    ]
}
