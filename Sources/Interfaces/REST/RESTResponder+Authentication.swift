import Engine
import ExpressionSQL
import HTTPServing
import Identity
import NIOHTTP1

extension RESTResponder {
    /// Who calls: the account of the bearer token, or nobody.
    func authenticate(_ request: HTTPRequest) throws(Problem) -> Caller {
        guard let header = request.headers.first(name: "authorization") else {
            return Self.anonymous
        }
        guard let token = Self.bearerToken(header), let tokens else {
            throw Problem(
                .invalidToken,
                "the Authorization header has to be \"Bearer\" and an access token"
            )
        }
        return try tokens.verify(token)
    }

    private static let anonymous = Caller(
        account: nil,
        category: .anonymous,
        idempotencyScope: ""
    )

    /// The token of `Bearer …` (RFC 6750, 2.1); the scheme's case does not matter.
    private static func bearerToken(_ header: String) -> String? {
        let scheme = "bearer "
        guard header.utf8.count > scheme.utf8.count,
            header.prefix(scheme.count).lowercased() == scheme
        else { return nil }
        return String(header.dropFirst(scheme.count))
    }
}
