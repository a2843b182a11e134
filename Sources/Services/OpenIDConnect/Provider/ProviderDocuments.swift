import JOSE
import JSON

/// A provider's discovery document and keys, remembered for a while.
///
/// Keys change without notice: a token with an unknown `kid` makes them be read again, but not more
/// often than every 30 seconds, so that strangers' tokens are no way to make this server call
/// another. Several who need a document at once share one call.
actor ProviderDocuments {
    /// How long documents are believed, and how long a call is not repeated; seconds.
    static let lifetime: Int64 = 3_600
    static let pause: Int64 = 30

    private struct Known<Document: Sendable>: Sendable {
        let document: Document
        let since: Int64
    }

    private let traits: ProviderSettings.OpenIDTraits
    private let caller: any OutboundCaller
    /// Seconds since 1970.
    private let now: @Sendable () -> Int64

    private var metadata: Known<ProviderMetadata>?
    private var keys: Known<JSONWebKeySet>?
    private var metadataCall: Task<Result<ProviderMetadata, ProviderError>, Never>?
    private var keysCall: Task<Result<JSONWebKeySet, ProviderError>, Never>?

    init(
        traits: ProviderSettings.OpenIDTraits,
        caller: any OutboundCaller,
        now: @escaping @Sendable () -> Int64
    ) {
        self.traits = traits
        self.caller = caller
        self.now = now
    }

    func currentMetadata() async throws(ProviderError) -> ProviderMetadata {
        if let metadata, now() - metadata.since < Self.lifetime { return metadata.document }
        let call =
            metadataCall
            ?? Task { [traits, caller] in await Self.readMetadata(traits, caller) }
        metadataCall = call
        let result = await call.value
        metadataCall = nil
        if case .success(let document) = result {
            metadata = Known(document: document, since: now())
        }
        return try result.get()
    }

    /// The keys, read again if they are old or lack the one with this `kid`.
    func currentKeys(for id: String?) async throws(ProviderError) -> JSONWebKeySet {
        if let keys {
            let age = now() - keys.since
            let isMissing = id.map { !keys.document.contains(id: $0) } ?? false
            if age < (isMissing ? Self.pause : Self.lifetime) { return keys.document }
        }
        let address = try await currentMetadata().keys
        let call = keysCall ?? Task { [caller] in await Self.readKeys(address, caller) }
        keysCall = call
        let result = await call.value
        keysCall = nil
        if case .success(let document) = result {
            keys = Known(document: document, since: now())
        }
        return try result.get()
    }

    private static func readMetadata(
        _ traits: ProviderSettings.OpenIDTraits,
        _ caller: any OutboundCaller
    ) async -> Result<ProviderMetadata, ProviderError> {
        // The document stands below the issuer (Discovery, 4).
        let base = traits.issuer.hasSuffix("/") ? String(traits.issuer.dropLast()) : traits.issuer
        let address = OutboundURL(
            base + "/.well-known/openid-configuration",
            allowsPlain: caller.allowsPlain
        )
        guard let address else {
            return .failure(.misconfigured("the provider's issuer is no https address"))
        }
        do throws(ProviderError) {
            let json = try await caller.json(OutboundRequest(address), from: .discovery)
            let metadata = try ProviderMetadata(json, of: traits, allowsPlain: caller.allowsPlain)
            return .success(metadata)
        } catch {
            return .failure(error)
        }
    }

    private static func readKeys(
        _ address: OutboundURL,
        _ caller: any OutboundCaller
    ) async -> Result<JSONWebKeySet, ProviderError> {
        do throws(ProviderError) {
            let json = try await caller.json(OutboundRequest(address), from: .keys)
            do throws(JOSEError) {
                return .success(try JSONWebKeySet(json))
            } catch {
                return .failure(.untrustedToken(error))
            }
        } catch {
            return .failure(error)
        }
    }
}

extension OutboundCaller {
    /// The object that a call is answered with, by status 200.
    func json(
        _ request: OutboundRequest,
        from endpoint: ProviderError.Endpoint
    ) async throws(ProviderError) -> JSONValue {
        let response = try await answer(request, from: endpoint)
        guard response.status == 200 else {
            throw .unexpectedAnswer(endpoint, "answers with status \(response.status)")
        }
        return try Self.object(response, from: endpoint)
    }

    func answer(
        _ request: OutboundRequest,
        from endpoint: ProviderError.Endpoint
    ) async throws(ProviderError) -> OutboundResponse {
        do throws(OutboundError) {
            return try await send(request)
        } catch {
            throw .unreachable(endpoint, error)
        }
    }

    static func object(
        _ response: OutboundResponse,
        from endpoint: ProviderError.Endpoint
    ) throws(ProviderError) -> JSONValue {
        let json = response.body.withUnsafeBytes { try? JSONParser.parse($0, maximumDepth: 16) }
        guard let json, case .object = json else {
            throw .unexpectedAnswer(endpoint, "answers with something that is no JSON object")
        }
        return json
    }
}
