import Dispatch
import Engine
import Synchronization
import Testing

@testable import Identity

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct PasswordHasherTests {
    private let hasher = PasswordHasher(parameters: AccountsApp.fastParameters, threads: 2)

    @Test func `a password matches its own hash and no other`() async throws {
        let hash = try await hasher.hash("correct horse")
        #expect(try await hasher.verify("correct horse", against: hash))
        #expect(try await !hasher.verify("correct horsf", against: hash))
        #expect(try await !hasher.verify("", against: hash))
    }

    @Test func `the same password never has the same hash twice`() async throws {
        let first = try await hasher.hash("correct horse")
        let second = try await hasher.hash("correct horse")
        #expect(first != second)
    }

    @Test func `a hash says by which parameters it was made`() async throws {
        let hash = try await PasswordHasher(threads: 1).hash("correct horse")
        #expect(hash.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(try await hasher.verify("correct horse", against: hash))
    }

    @Test func `a hash made by another implementation is understood`() async throws {
        // From the test vectors of the reference implementation (test.c).
        let hash =
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$"
            + "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
        #expect(try await hasher.verify("password", against: hash))
        #expect(try await !hasher.verify("passwore", against: hash))
    }

    @Test(arguments: ["", "$argon2id$", "plain", "$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAA"])
    func `what is no hash belongs to no password`(text: String) async throws {
        #expect(try await !hasher.verify("password", against: text))
        #expect(try await !hasher.verify(text, against: text))
    }

    @Test func `hashes of less effort are to be made anew`() {
        func hash(_ memory: Int, _ iterations: Int) -> String {
            "$argon2id$v=19$m=\(memory),t=\(iterations),p=1$c29tZXNhbHQ$AAAA"
        }
        let hasher = PasswordHasher(
            parameters: Argon2Parameters(memoryKibibytes: 64, iterations: 2, parallelism: 1)
        )
        #expect(hasher.needsRehash(hash(32, 2)))
        #expect(hasher.needsRehash(hash(64, 1)))
        #expect(!hasher.needsRehash(hash(64, 2)))
        #expect(!hasher.needsRehash(hash(128, 3)))
        #expect(hasher.needsRehash("something else"))
    }

    @Test func `beyond what may wait a password is refused, not kept waiting`() async {
        let hasher = PasswordHasher(parameters: AccountsApp.fastParameters, queueLimit: 0)
        var refused = await problem { () throws(Problem) in try await hasher.hash("anything") }
        #expect(refused?.code == .overloaded)
        refused = await problem { () throws(Problem) in
            try await hasher.verify("anything", against: "$argon2id$")
        }
        #expect(refused?.code == .overloaded)
        #expect(hasher.hashesComputed == 0)
    }

    @Test func `the hash of nothing costs the same and matches nothing`() async throws {
        let hash = AccountsApp.fastParameters.hashOfNothing()
        #expect(Argon2Parameters(encodedHash: hash) == AccountsApp.fastParameters)
        #expect(try await !hasher.verify("", against: hash))
        let real = try await hasher.hash("")
        #expect(hash.utf8.count == real.utf8.count)
    }
}

@Suite struct WorkerThreadsTests {
    @Test func `beyond the queue's bound jobs are refused`() {
        let threads = WorkerThreads(count: 1, queueLimit: 2)
        let started = DispatchSemaphore(value: 0)
        let gate = DispatchSemaphore(value: 0)
        let done = DispatchSemaphore(value: 0)
        #expect(
            threads.submit {
                started.signal()
                gate.wait()
            }
        )
        started.wait()
        #expect(threads.submit { done.signal() })
        #expect(threads.submit { done.signal() })
        #expect(!threads.submit { done.signal() })
        gate.signal()
        done.wait()
        done.wait()
        #expect(threads.submit { done.signal() })
        done.wait()
    }

    #if os(Linux)
        @Test func `jobs run at a lower priority than requests`() {
            let threads = WorkerThreads(count: 1, queueLimit: 1)
            let niceness = Mutex<Int32>(0)
            let done = DispatchSemaphore(value: 0)
            #expect(
                threads.submit {
                    let own = getpriority(Int32(PRIO_PROCESS.rawValue), 0)
                    niceness.withLock { $0 = own }
                    done.signal()
                }
            )
            done.wait()
            #expect(niceness.withLock { $0 } == 10)
            #expect(getpriority(Int32(PRIO_PROCESS.rawValue), 0) < 10)
        }
    #endif

    @Test func `what waits is done when the threads are let go`() {
        let done = DispatchSemaphore(value: 0)
        var threads: WorkerThreads? = WorkerThreads(count: 1, queueLimit: 10)
        for _ in 0..<10 { _ = threads?.submit { done.signal() } }
        threads = nil
        for _ in 0..<10 { done.wait() }
    }
}
