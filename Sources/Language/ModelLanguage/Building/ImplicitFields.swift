import Expressions

/// The fields that Mainstay gives to collections.
enum ImplicitFields {
    static let emailReadRule = "id == auth.id"

    /// Those before the model's own.
    static func leading(of accounts: AccountsDraft?, emailRead: CheckedExpression? = nil) -> [Field]
    {
        let id = Field(
            name: "id",
            type: .uuid,
            isUnique: true,
            isImmutable: true,
            summary: "The record's id, set by the server.",
            origin: .system
        )
        guard let accounts else { return [id] }
        var constraints = Constraints()
        constraints.maxLength = 254
        let email = Field(
            name: "email",
            type: .email,
            isOptional: accounts.allowsAnonymous,
            constraints: constraints,
            isUnique: true,
            read: emailRead,
            summary: "The address that the account signs in with; its owner alone sees it.",
            origin: .account,
            isPersonal: true
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
