import JOSE
import JSON
import OpenIDConnect
import Synchronization
import Testing

/// Keys that a provider changes.
@Suite struct KeyRotationTests {
    final class Time: Sendable {
        let seconds = Mutex(FakeProvider.now)

        func pass(_ seconds: Int64) { self.seconds.withLock { $0 += seconds } }
        func now() -> Int64 { seconds.withLock { $0 } }
    }

    @Test func `a new key is read when a token names it`() async throws {
        let (fake, time) = (FakeProvider(), Time())
        let provider = fake.provider(now: time.now)
        _ = try await fake.signIn(provider)
        let second = FakeProvider.Key(id: "second")
        fake.change {
            $0.key = second
            $0.published = [second]
        }
        time.pass(31)
        #expect(try await fake.signIn(provider).subject == "123")
        #expect(fake.count("/keys") == 2)
    }

    @Test func `unknown keys make the provider be asked twice a minute at most`() async throws {
        let (fake, time) = (FakeProvider(), Time())
        let provider = fake.provider(now: time.now)
        _ = try await fake.signIn(provider)
        fake.change { $0.key = FakeProvider.Key(id: "forged") }
        for _ in 0..<5 {
            await #expect(throws: ProviderError.untrustedToken(.unknownKey)) {
                try await fake.signIn(provider)
            }
        }
        #expect(fake.count("/keys") == 1)
        time.pass(30)
        for _ in 0..<5 { _ = try? await fake.signIn(provider) }
        #expect(fake.count("/keys") == 2)
    }

    @Test func `a key that is withdrawn is believed for an hour at most`() async throws {
        let (fake, time) = (FakeProvider(), Time())
        let provider = fake.provider(now: time.now)
        _ = try await fake.signIn(provider)
        fake.change {
            $0.published = []
            $0.claims["iat"] = .integer(FakeProvider.now + 3_600)
            $0.claims["exp"] = .integer(FakeProvider.now + 4_000)
        }
        time.pass(3_600)
        await #expect(throws: ProviderError.untrustedToken(.unknownKey)) {
            try await fake.signIn(provider)
        }
    }

    @Test func `a failed call is not remembered`() async throws {
        let fake = FakeProvider()
        let provider = fake.provider()
        fake.change { $0.failures["/.well-known/openid-configuration"] = .timedOut }
        await #expect(throws: ProviderError.unreachable(.discovery, .timedOut)) {
            try await fake.signIn(provider)
        }
        fake.change { $0.failures = [:] }
        #expect(try await fake.signIn(provider).subject == "123")
    }

    @Test func `many sign-ins at once share one call`() async throws {
        let fake = FakeProvider()
        let provider = fake.provider()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    _ = try? await provider.begin(redirectURI: "https://a.example", state: "s")
                }
            }
        }
        #expect(fake.count("/.well-known/openid-configuration") == 1)
    }
}
