/// Every problem that Mainstay can answer with: the one list of codes, statuses and titles.
///
/// A code is a promise to clients: it is never renamed and never used again for something else.
package enum ProblemCode: String, Sendable, CaseIterable {
    // The request
    case malformedRequest = "request.malformed"
    case unknownParameter = "request.unknown-parameter"
    case invalidParameter = "request.invalid-parameter"
    case invalidFilter = "filter.invalid"
    case invalidSort = "sort.invalid"
    case unknownField = "fields.unknown"
    case unknownExpansion = "expand.unknown"
    case invalidCursor = "cursor.invalid"
    case invalidBatch = "batch.invalid"
    case tooCostly = "request.too-costly"
    // Who calls
    case authenticationRequired = "auth.required"
    case invalidToken = "auth.invalid-token"
    case invalidCredentials = "auth.invalid-credentials"
    case invalidRefreshToken = "auth.invalid-refresh-token"
    case secondFactorRequired = "auth.second-factor-required"
    case enrolmentRequired = "auth.enrolment-required"
    case invalidCode = "auth.invalid-code"
    case invalidPasskey = "auth.invalid-passkey"
    case emailUnverified = "auth.email-unverified"
    case passwordRequired = "auth.password-required"
    case accountSuspended = "auth.suspended"
    case invitationRequired = "auth.invitation-required"
    case reauthenticationRequired = "auth.reauthentication-required"
    case forgedRequest = "auth.csrf"
    case throttled = "auth.throttled"
    case providerRefused = "auth.provider-refused"
    case providerUnavailable = "auth.provider-unavailable"
    case signUpRequired = "auth.sign-up-required"
    case linkRequired = "auth.link-required"
    case ruleDenied = "rule.denied"
    // What is there
    case routeNotFound = "route.not-found"
    case recordNotFound = "record.not-found"
    case methodNotAllowed = "method.not-allowed"
    case notAcceptable = "media.not-acceptable"
    case unsupportedMediaType = "media.unsupported"
    case uniqueViolated = "unique.violated"
    case relationRestricted = "relation.restricted"
    case relationConflict = "relation.conflict"
    case emailTaken = "account.email-taken"
    case identityTaken = "account.identity-taken"
    case lastSignIn = "account.last-sign-in"
    case factorRefused = "factor.refused"
    case preconditionFailed = "precondition.failed"
    case idempotencyInFlight = "idempotency.in-flight"
    case idempotencyKeyReused = "idempotency.key-reused"
    case validationFailed = "validation.failed"
    // The server
    case internalError = "internal"
    case overloaded = "server.overloaded"
    case timedOut = "server.timed-out"
    case storageFull = "storage.full"
    // The protocol
    case badRequest = "http.malformed"
    case malformedContentEncoding = "http.content-encoding-malformed"
    case requestTimeout = "http.request-timeout"
    case bodyTooLarge = "http.body-too-large"
    case targetTooLong = "http.target-too-long"
    case unsupportedContentEncoding = "http.content-encoding-unsupported"
    case expectationFailed = "http.expectation-failed"
    case headerTooLarge = "http.header-too-large"
    case tooManyHeaders = "http.too-many-headers"
    case failed = "http.failed"
    case unsupportedMethod = "http.method-unsupported"
    case unsupportedTransferEncoding = "http.transfer-encoding-unsupported"
    case unsupportedUpgrade = "http.upgrade-unsupported"
    case tooManyConnections = "http.overloaded"
    case unsupportedVersion = "http.version-unsupported"

    /// The HTTP status that goes with it.
    package var status: Int {
        switch self {
        case .malformedRequest, .unknownParameter, .invalidParameter, .invalidFilter,
            .invalidSort, .unknownField, .unknownExpansion, .invalidCursor, .invalidBatch,
            .tooCostly, .badRequest, .malformedContentEncoding, .invalidCode, .invalidPasskey:
            400
        case .authenticationRequired, .invalidToken, .invalidCredentials, .invalidRefreshToken,
            .secondFactorRequired, .enrolmentRequired, .providerRefused, .signUpRequired:
            401
        case .ruleDenied, .emailUnverified, .passwordRequired, .accountSuspended,
            .invitationRequired, .reauthenticationRequired, .forgedRequest:
            403
        case .routeNotFound, .recordNotFound: 404
        case .methodNotAllowed: 405
        case .notAcceptable: 406
        case .requestTimeout: 408
        case .uniqueViolated, .relationRestricted, .relationConflict, .emailTaken, .factorRefused,
            .linkRequired, .identityTaken, .lastSignIn, .idempotencyInFlight:
            409
        case .preconditionFailed: 412
        case .bodyTooLarge: 413
        case .targetTooLong: 414
        case .unsupportedMediaType, .unsupportedContentEncoding: 415
        case .expectationFailed: 417
        case .validationFailed, .idempotencyKeyReused: 422
        case .throttled: 429
        case .headerTooLarge, .tooManyHeaders: 431
        case .internalError, .failed: 500
        case .unsupportedMethod, .unsupportedTransferEncoding, .unsupportedUpgrade: 501
        case .overloaded, .timedOut, .tooManyConnections, .providerUnavailable: 503
        case .unsupportedVersion: 505
        case .storageFull: 507
        }
    }

    /// What it says to a person, the same for every occurrence (RFC 9457, 3.1.3).
    package var title: String {
        switch self {
        case .malformedRequest: "The request cannot be read"
        case .unknownParameter: "A query parameter is unknown"
        case .invalidParameter: "A query parameter is not valid"
        case .invalidFilter: "The filter is not valid"
        case .invalidSort: "The sort order is not valid"
        case .unknownField: "A field is unknown"
        case .unknownExpansion: "A relation to expand is unknown"
        case .invalidCursor: "The cursor is not valid"
        case .invalidBatch: "The batch is not valid"
        case .tooCostly: "The request asks for too much at once"
        case .authenticationRequired: "Signing in is required"
        case .invalidToken: "The access token is not valid"
        case .invalidCredentials: "The address or the password is wrong"
        case .invalidRefreshToken: "The refresh token is not valid"
        case .secondFactorRequired: "A second factor is required"
        case .enrolmentRequired: "A second factor has to be set up"
        case .invalidCode: "The code or link is not valid"
        case .invalidPasskey: "The passkey is not valid"
        case .emailUnverified: "The address is not verified"
        case .passwordRequired: "A password is required"
        case .invitationRequired: "An invitation is required"
        case .accountSuspended: "The account is suspended"
        case .reauthenticationRequired: "Proving who you are again is required"
        case .forgedRequest: "The request may come from another site"
        case .throttled: "There were too many attempts"
        case .providerRefused: "The sign-in with a provider came to nothing"
        case .providerUnavailable: "The provider cannot be used now"
        case .signUpRequired: "There is no account yet"
        case .linkRequired: "The account is not linked to the provider"
        case .ruleDenied: "This is not allowed"
        case .routeNotFound: "There is nothing at this path"
        case .recordNotFound: "There is no such record"
        case .methodNotAllowed: "The method is not allowed here"
        case .notAcceptable: "No acceptable representation"
        case .unsupportedMediaType: "The media type is not supported"
        case .uniqueViolated: "A value that has to be unique is taken"
        case .relationRestricted: "Other records refer to this one"
        case .relationConflict: "A record that is referred to does not exist"
        case .emailTaken: "An account with this address exists"
        case .identityTaken: "The identity belongs to another account"
        case .lastSignIn: "It is the only way to sign in"
        case .factorRefused: "The second factors cannot be changed like this"
        case .preconditionFailed: "The record has changed"
        case .idempotencyInFlight: "A request with this key is being worked on"
        case .idempotencyKeyReused: "The key belongs to another request"
        case .validationFailed: "The values are not valid"
        case .internalError: "Something went wrong on the server"
        case .overloaded: "The server is busy"
        case .timedOut: "The request took too long"
        case .storageFull: "The storage is full"
        case .badRequest: "The HTTP message is malformed"
        case .requestTimeout: "The request did not arrive in time"
        case .malformedContentEncoding: "The body is not in the coding that its header names"
        case .bodyTooLarge: "The body is too large"
        case .targetTooLong: "The request target is too long"
        case .headerTooLarge: "The header is too large"
        case .unsupportedContentEncoding: "The content coding is not supported"
        case .expectationFailed: "The expectation cannot be met"
        case .tooManyHeaders: "There are too many headers"
        case .failed: "The request could not be answered"
        case .unsupportedMethod: "The method is not implemented"
        case .unsupportedTransferEncoding: "The transfer coding is not supported"
        case .unsupportedUpgrade: "The connection cannot change its protocol"
        case .tooManyConnections: "There are too many connections"
        case .unsupportedVersion: "The HTTP version is not supported"
        }
    }
}
