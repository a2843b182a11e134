package import Engine
import ExpressionSQL
import Identity
package import JSON

extension AccountEndpoint {
    /// The body that the handler gets.
    ///
    /// - Throws: `validation.failed` with all that is unknown, missing or of the wrong kind.
    package func checked(_ body: JSONValue) throws(Problem) -> JSONValue {
        var errors: [ValueError]
        if acceptsFields, case .object(let given) = body {
            let names = Set(request.map(\.name))
            let known = given.filter { names.contains($0.name) }
            errors = EndpointMember.errors(in: .object(known), members: request)
        } else {
            errors = EndpointMember.errors(in: body, members: request)
        }
        if lacksPassword {
            let unknown = ValueError.noPasswords
            errors = errors.map { $0.pointer == unknown.pointer ? unknown : $0 }
        }
        if errors.isEmpty, let missing = missingAlternative(in: body) {
            errors.append(ValueError("field.required", at: "", missing))
        }
        guard errors.isEmpty else { throw Problem(validation: errors) }
        return body
    }

    private func missingAlternative(in body: JSONValue) -> String? {
        guard !alternatives.isEmpty else { return nil }
        let isThere = alternatives.contains { names in names.allSatisfy { body[$0] != nil } }
        if isThere { return nil }
        let sets = alternatives.map { names in
            names.map { "\"\($0)\"" }.joined(separator: " with ")
        }
        return "the body has to have \(sets.joined(separator: " or "))"
    }

    /// Compares the parameters of the query with the declaration.
    ///
    /// - Throws: `request.invalid-parameter`.
    package func check(query: [String: String]) throws(Problem) {
        for member in self.query {
            guard let text = query[member.name] else {
                guard member.isRequired else { continue }
                throw Problem(
                    .invalidParameter,
                    "\"\(member.name)\" is missing",
                    parameter: member.name
                )
            }
            guard let fault = member.kind.fault(of: member.kind.value(of: text)) else { continue }
            throw Problem(
                .invalidParameter,
                "\"\(member.name)\" \(fault.words)",
                parameter: member.name
            )
        }
    }

    /// Whether a request without a body can be right.
    package var canBeEmpty: Bool {
        !request.contains(where: \.isRequired) && alternatives.isEmpty
    }

    /// Whether somebody may ask at all.
    ///
    /// - Throws: `auth.required`, or `rule.denied` for keys and impersonators where they may not.
    package func admit(_ caller: Caller, hasChallenge: Bool) throws(Problem) {
        if caller.session.impersonator != nil, !allowsImpersonation {
            throw Problem(.ruleDenied, "nobody may do this for another")
        }
        if caller.category.scopes != nil, !allowsKeys {
            throw Problem(.ruleDenied, "a key may not do this", hint: "sign in as the account")
        }
        switch authentication {
        case .none, .optional, .client: break
        case .caller:
            guard caller.isSignedIn else {
                throw Problem(.authenticationRequired, "nobody is signed in")
            }
        case .challenge:
            guard caller.isSignedIn || hasChallenge else {
                throw Problem(
                    .authenticationRequired,
                    "nobody is signed in",
                    hint: "send the \"challenge\" of the answer that refused to sign in"
                )
            }
        }
    }
}

extension EndpointMember.Kind {
    /// A query parameter's text as the value that it stands for.
    fileprivate func value(of text: String) -> JSONValue {
        switch self {
        case .integer: Int64(text).map { .integer($0) } ?? .string(text)
        case .boolean: text == "true" ? .bool(true) : text == "false" ? .bool(false) : .string(text)
        default: .string(text)
        }
    }
}
