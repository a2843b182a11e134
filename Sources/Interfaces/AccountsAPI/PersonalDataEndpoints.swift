import Engine
import Identity
import JSON
import ModelLanguage

/// Export, deletion and consents.
enum PersonalDataEndpoints {
    static let all: [AccountEndpoint] = [export, erase, listConsents, consent]

    private static let export = AccountEndpoint(
        "exportOwnData",
        .get,
        "me/export",
        .personalData,
        "Export one's data",
        """
        Everything that is kept of the caller: their records, where others' records name them, sessions, \
        identities, factors, keys, consents, audit entries, mails on their way and events. Secrets such as \
        hashes are not in it. It comes in pieces and may be long; one that ends early is no JSON. The \
        caller has to have proved who they are in the last 10 minutes, and has one export at a time.
        """,
        authentication: .caller,
        allowsImpersonation: false,
        response: .document("All that is kept of the caller."),
        problems: [.reauthenticationRequired, .throttled, .overloaded]
    ) { request, identity async throws(Problem) in
        try identity.requireRecentAuthentication(request.caller)
        let export = try await identity.export(
            try request.account(),
            isLimited: true,
            device: request.device
        )
        // Whatever is wrong at the beginning is told as a problem.
        guard let first = try await export.next() else { throw Problem(.internalError) }
        return .export(export, first: first)
    }

    private static let erase = AccountEndpoint(
        "eraseOwnAccount",
        .delete,
        "me",
        .personalData,
        "Erase one's account",
        """
        Deletes the caller's account and what belongs to it, at once and for good; records that stay \
        lose what is personal. The receipt is a signed statement (JWS) of what was erased, which the \
        operator can compare with the database. The caller has to have proved who they are in the \
        last 10 minutes.
        """,
        authentication: .caller,
        allowsImpersonation: false,
        response: .json(
            "What was erased.",
            [.required("receipt", .text(maximum: 16_384), "A JWS, signed by the server.")]
        ),
        problems: [.reauthenticationRequired, .relationRestricted]
    ) { request, identity async throws(Problem) in
        try identity.requireRecentAuthentication(request.caller)
        let receipt = try await identity.erase(try request.account())
        return AccountErasure.answer(receipt, isOwn: true)
    }

    private static let listConsents = AccountEndpoint(
        "listConsents",
        .get,
        "consents",
        .personalData,
        "List one's consents",
        "What the caller agreed to, and when; the newest first.",
        authentication: .caller,
        response: .list(
            "The consents.",
            [
                .required("name", .text, "What was agreed to."),
                .required("at", .timestamp, "When."),
            ]
        ),
        isAvailable: { !($0.accounts?.accounts?.consents.isEmpty ?? true) }
    ) { request, identity async throws(Problem) in
        let consents = try await identity.consents(of: try request.account())
        return .list(
            consents.map { ["name": .string($0.name), "at": .time($0.at)] }
        )
    }

    private static let consent = AccountEndpoint(
        "giveConsent",
        .post,
        "consents",
        .personalData,
        "Agree to something",
        "Writes down that the caller agrees to what the model names.",
        authentication: .caller,
        allowsImpersonation: false,
        request: [
            .required("names", .list(.text(maximum: 100), maximum: 50), "What is agreed to.")
        ],
        response: .noContent("It is written down."),
        isAvailable: { !($0.accounts?.accounts?.consents.isEmpty ?? true) }
    ) { request, identity async throws(Problem) in
        var names: [String] = []
        if case .array(let values)? = request.body["names"] {
            names = values.compactMap(\.stringValue)
        }
        try await identity.consent(
            to: names,
            by: try request.account(),
            device: request.device
        )
        return .noContent
    }
}
