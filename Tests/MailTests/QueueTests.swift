import Foundation
import SQLite
import Storage
import Testing

@testable import Mail

@Suite struct QueueTests {
    @Test func `a letter comes with what caused it, or not at all`() async throws {
        let world = try MailWorld()
        let queue = try world.makeQueue()
        await #expect(throws: StoreError.self) {
            try await world.store.transaction { transaction throws(StoreError) in
                try queue.enqueue(MailWorld.letter(), now: 0, in: transaction)
                throw StoreError.foreignKey
            }
        }
        #expect(await queue.sendDue() == 0)
        try await world.enqueue(MailWorld.letter(), on: queue)
        #expect(await queue.sendDue() == 1)
        #expect(world.transport.mails.map(\.message.recipient.address) == ["ann@example.com"])
        #expect(try world.count() == 0)
        #expect(world.transport.rests == 1)
    }

    @Test func `the database has neither address nor link`() async throws {
        let world = try MailWorld()
        let queue = try world.makeQueue()
        try await world.enqueue(MailWorld.letter(), on: queue)
        let rows = try world.store.makeReader().rows(Statement("SELECT * FROM \"_mail\""), [])
        let text = rows.joined().compactMap(\.text).joined(separator: " ")
        #expect(!text.isEmpty)
        for secret in ["ann", "example.com", "token", "12345678"] {
            #expect(!text.contains(secret))
        }
    }

    @Test func `a letter that was moved to another row is not sent`() async throws {
        let world = try MailWorld()
        let queue = try world.makeQueue()
        try await world.enqueue(MailWorld.letter(), on: queue)
        _ = try await world.store.transaction { transaction throws(StoreError) in
            try transaction.execute(Statement("UPDATE \"_mail\" SET \"id\" = 'other'"), [])
        }
        #expect(await queue.sendDue() == 1)
        #expect(world.transport.mails.isEmpty)
        #expect(try world.count() == 1)
    }

    @Test func `letters survive the process`() async throws {
        let directory = NSTemporaryDirectory() + "/mail-queue-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let first = try MailWorld(store: SQLiteStore(directory: directory))
        try await first.enqueue(MailWorld.letter(), on: first.makeQueue())
        first.store.close()
        let second = try MailWorld(store: SQLiteStore(directory: directory))
        let queue = try MailQueue(
            store: second.store,
            keyRing: first.keyRing,
            configuration: second.makeQueue().configuration,
            templates: MailTemplates(),
            transport: second.transport,
            logger: second.log.logger
        )
        #expect(await queue.sendDue() == 1)
        #expect(second.transport.mails.count == 1)
    }

    @Test func `two senders on one database send each letter once`() async throws {
        let world = try MailWorld()
        let queues = try (0..<3).map { _ in try world.makeQueue() }
        for index in 0..<60 {
            let letter = MailWorld.letter(to: "user\(index)@example.com")
            try await world.enqueue(letter, on: queues[0])
        }
        await withTaskGroup { group in
            for queue in queues { group.addTask { await queue.sendDue() } }
        }
        let recipients = world.transport.mails.map(\.message.recipient.address)
        #expect(recipients.count == 60)
        #expect(Set(recipients).count == 60)
    }

    @Test func `the letter of a sender that was killed is sent once its lease is over`()
        async throws
    {
        let world = try MailWorld()
        let queue = try world.makeQueue()
        try await world.enqueue(MailWorld.letter(), on: queue)
        let (now, lease) = (world.now, world.now + 45_000_000)
        let claimed = try await world.store.transaction { transaction throws(StoreError) in
            try MailLedger.claim(now: now, until: lease, in: transaction)
        }
        #expect(claimed != nil)
        #expect(await queue.sendDue() == 0)
        world.advance(seconds: 46)
        #expect(await queue.sendDue() == 1)
        #expect(world.transport.mails.count == 1)
    }

    @Test func `a letter that takes long to send stays with its sender`() async throws {
        let world = try MailWorld()
        let slow = HeldTransport()
        let queue = try world.makeQueue(transport: slow, lease: 0.03)
        try await world.enqueue(MailWorld.letter(), on: queue)
        let sending = Task { await queue.sendDue() }
        while !slow.isHolding { await Task.yield() }
        world.advance(seconds: 3_600)
        while try world.count("\"due\" > \(world.now)") == 0 { await Task.yield() }
        #expect(await (try world.makeQueue()).sendDue() == 0)
        slow.release()
        #expect(await sending.value == 1)
        #expect(world.transport.mails.isEmpty)
        #expect(try world.count() == 0)
    }

    @Test func `one who was too slow does not undo what another did meanwhile`() async throws {
        let world = try MailWorld()
        let queue = try world.makeQueue()
        try await world.enqueue(MailWorld.letter(), on: queue)
        let now = world.now
        let slow = try await world.store.transaction { transaction throws(StoreError) in
            try MailLedger.claim(now: now, until: now + 1, in: transaction)
        }
        let row = try #require(slow)
        world.advance(seconds: 1)
        world.transport.refuse(MailFailure("not now"))
        #expect(await queue.sendDue() == 1)
        try await world.store.transaction { transaction throws(StoreError) in
            try MailLedger.remove(row, in: transaction)
        }
        #expect(try world.count() == 1)
    }

    @Test func `refusals are waited out, twice as long each time`() async throws {
        let world = try MailWorld()
        let queue = try world.makeQueue()
        try await world.enqueue(MailWorld.letter(), on: queue)
        world.transport.refuse(MailFailure("not now"), times: 3)
        for seconds in [15.0, 30, 60] {
            #expect(await queue.sendDue() == 1)
            #expect(await queue.sendDue() == 0)
            world.advance(seconds: seconds - 1)
            #expect(await queue.sendDue() == 0)
            world.advance(seconds: 1)
        }
        #expect(await queue.sendDue() == 1)
        #expect(world.transport.mails.count == 1)
        let ids = Set(world.transport.mails.map(\.message.id))
        #expect(ids.count == 1)
        #expect(
            queue.metrics.prometheusText().contains("mainstay_mails_total{outcome=\"retried\"} 3")
        )
        #expect(queue.metrics.prometheusText().contains("mainstay_mails_total{outcome=\"sent\"} 1"))
    }

    @Test func `waits are bounded, and spread by a quarter`() {
        let schedule = RetrySchedule()
        #expect(schedule.delay(after: 1, chance: 0.5) == 15_000_000)
        #expect(schedule.delay(after: 100, chance: 0.5) == 3_600_000_000)
        #expect(schedule.delay(after: 2, chance: 0) == 22_500_000)
        #expect(schedule.delay(after: 2, chance: 1) == 37_500_000)
    }

    @Test func `after the last try a letter has failed, is told of, and goes after a week`()
        async throws
    {
        let world = try MailWorld()
        let queue = try world.makeQueue(attempts: 2)
        try await world.enqueue(MailWorld.letter(), on: queue)
        world.transport.refuse(MailFailure("not now"), times: 9)
        for _ in 0..<4 {
            await queue.sendDue()
            world.advance(seconds: 7_200)
        }
        #expect(try world.count("\"failed\" IS NOT NULL AND \"attempts\" = 2") == 1)
        #expect(world.log.text.contains("error: a mail cannot be sent: not now"))
        #expect(!world.log.text.contains("example.com") && !world.log.text.contains("token"))
        #expect(try await queue.counts() == (0, 1))
        #expect(try await queue.sweep() == 0)
        world.advance(seconds: 7 * 86_400)
        #expect(try await queue.sweep() == 1)
    }

    @Test func `a refusal for good ends it at once`() async throws {
        let world = try MailWorld()
        let queue = try world.makeQueue()
        try await world.enqueue(MailWorld.letter(), on: queue)
        try await world.enqueue(MailWorld.letter(to: "bob@example.com"), on: queue)
        world.transport.refuse(MailFailure("no such user", isPermanent: true))
        #expect(await queue.sendDue() == 2)
        #expect(world.transport.mails.count == 1)
        #expect(try world.count("\"failed\" IS NOT NULL") == 1)
    }

    @Test func `what is of no use any more is not sent`() async throws {
        let world = try MailWorld()
        let queue = try world.makeQueue()
        try await world.enqueue(MailWorld.letter(expires: world.now + 60_000_000), on: queue)
        world.advance(seconds: 60)
        await queue.sendDue()
        #expect(world.transport.mails.isEmpty)
        #expect(try world.count() == 0)
    }

    @Test func `a decoy looks like any letter in the queue, and is never sent`() async throws {
        let world = try MailWorld()
        let queue = try world.makeQueue()
        try await world.enqueue(MailWorld.letter(), on: queue)
        try await world.enqueue(MailWorld.letter(isDecoy: true), on: queue)
        let lengths = try world.store.makeReader().rows(
            Statement("SELECT length(\"payload\"), \"template\" FROM \"_mail\""),
            []
        )
        #expect(Set(lengths).count == 1)
        #expect(await queue.sendDue() == 2)
        #expect(world.transport.mails.count == 1)
        #expect(try world.count() == 0)
    }

    @Test func `an address that is none fails without harm`() async throws {
        let world = try MailWorld()
        let queue = try world.makeQueue()
        let letter = MailWorld.letter(to: "a@b\r\nRCPT TO:<eve@example.com>")
        try await world.enqueue(letter, on: queue)
        await queue.sendDue()
        #expect(world.transport.mails.isEmpty)
        #expect(!world.log.text.contains("eve"))
    }

    @Test func `a letter is written in the language of its recipient`() async throws {
        let world = try MailWorld()
        let templates = try TemplateTests.templates([
            "password-reset.de.txt": "Subject: Passwort für {{app}}\n\n{{link}}\n"
        ])
        let queue = try world.makeQueue(templates: templates)
        try await world.enqueue(MailWorld.letter(languages: ["fr", "de-AT"]), on: queue)
        await queue.sendDue()
        let message = try #require(world.transport.mails.first).message
        #expect(message.subject == "Passwort für Notebook")
        #expect(message.language == "de")
    }

    @Test func `all letters to a person go with that person`() async throws {
        let world = try MailWorld()
        let queue = try world.makeQueue()
        try await world.enqueue(MailWorld.letter(), on: queue)
        try await world.enqueue(MailWorld.letter(to: "bob@example.com"), on: queue)
        let removed = try await world.store.transaction { transaction throws(StoreError) in
            try queue.removeLetters(to: "ann@example.com", in: transaction)
        }
        #expect(removed == 1)
        await queue.sendDue()
        #expect(world.transport.mails.map(\.message.recipient.address) == ["bob@example.com"])
    }

    @Test func `a running queue sends what it is woken for, and ends when it is told to`()
        async throws
    {
        let world = try MailWorld()
        let queue = try world.makeQueue()
        try await world.enqueue(MailWorld.letter(), on: queue)
        let running = Task { await queue.run() }
        queue.wake()
        while world.transport.mails.isEmpty { await Task.yield() }
        running.cancel()
        await running.value
    }

    @Test func `without a server mails are files that only their owner reads`() async throws {
        let world = try MailWorld()
        let folder = NSTemporaryDirectory() + "/outbox-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let transport = FileTransport(
            directory: folder,
            logsLinks: true,
            logger: world.log.logger
        )
        let queue = try world.makeQueue(transport: transport)
        try await world.enqueue(MailWorld.letter(), on: queue)
        await queue.sendDue()
        let file = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
        #expect(file.hasSuffix(".eml") && file.contains("-password-reset-"))
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(file)")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(world.log.text.contains("https://app.example/auth/reset#token=abc"))
    }

    @Test func `a server that others reach logs no links`() async throws {
        let world = try MailWorld()
        let folder = NSTemporaryDirectory() + "/outbox-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let transport = FileTransport(
            directory: folder,
            logsLinks: false,
            logger: world.log.logger
        )
        let queue = try world.makeQueue(transport: transport)
        try await world.enqueue(MailWorld.letter(), on: queue)
        await queue.sendDue()
        #expect(world.log.text.contains(".eml") && !world.log.text.contains("token"))
    }

    @Test(arguments: [
        ("http://localhost:8080", true), ("http://127.0.0.1", true), ("http://[::1]:8080", true),
        ("https://app.example", false), ("https://localhost.app.example", false),
        ("https://app.example/localhost", false), ("", false),
    ])
    func `links are logged where nobody but the developer gets`(url: String, isLocal: Bool) {
        let settings = MailSettings(publicURL: url, outbox: "o", templates: "t", app: "A")
        #expect(settings.isLocal == isLocal)
    }
}
