import Foundation
import JSON
import SQLite
import Storage
import Testing

@testable import Engine

@Suite("Encrypted fields")
struct EncryptedFieldTests {
    let vault: Vault
    let ann: String
    let ben: String

    init() throws {
        vault = try Vault()
        ann = try vault.addUser("ann", #","birthday":"1990-04-01","taxId":"TAX-4711","code":42"#)
        ben = try vault.addUser("ben", #","birthday":"1991-05-02""#)
    }

    private func paper(_ body: String) throws -> WriteAnswer {
        try vault.write(.create(try JSONParser.parse(body)), in: "papers", as: ann)
    }

    // MARK: Reading and writing

    @Test(arguments: [
        #"{"text":"secret words"}"#, #"{"text":""}"#, #"{"text":"ä \"quoted\" \u0001 😀"}"#,
        #"{"amount":9223372036854775807}"#, #"{"amount":0}"#, #"{"share":0.1}"#,
        #"{"share":1e300}"#,
        #"{"done":true}"#, #"{"done":false}"#, #"{"at":"2026-01-31T12:00:00.123456Z"}"#,
        #"{"link":"https://example.com/a?b=c"}"#, #"{"data":{"a":[1,{"b":null}],"c":"x"}}"#,
        #"{"data":[]}"#, #"{"data":"text"}"#, #"{"tags":["a","b"]}"#, #"{"tags":[]}"#,
        #"{"text":null,"amount":null}"#,
    ])
    func `of every type are answered as they were sent`(body: String) throws {
        let sent = try JSONParser.parse(body)
        guard case .object(let members) = sent else { return }
        let answer = try paper(body)
        let read = try vault.get("papers", answer.id, as: ben)
        for member in members {
            #expect(answer.json[member.name] == member.value)
            #expect(read[member.name] == member.value)
        }
    }

    @Test func `stand nowhere on disk, nor in the answer that an idempotency key keeps`() throws {
        let body = try JSONParser.parse(
            #"{"text":"plain-text-marker","data":{"k":"json-marker"},"tags":["tag-marker"],"public":"public-marker"}"#
        )
        let first = try vault.write(.create(body), in: "papers", as: ann, key: "k1")
        let again = try vault.write(.create(body), in: "papers", as: ann, key: "k1")
        #expect(again.isReplayed && again.body == first.body)
        #expect(again.json["text"] == "plain-text-marker")
        #expect(vault.isOnDisk("public-marker"))
        for marker in ["plain-text-marker", "json-marker", "tag-marker", "TAX-4711", "1990-04-01"] {
            #expect(!vault.isOnDisk(marker), "\(marker)")
        }
    }

    @Test func `take their default, and constraints hold`() throws {
        #expect(try paper("{}").json["text"] == "nothing")
        let long = String(repeating: "x", count: 1_001)
        #expect(problem { try paper(#"{"text":"\#(long)"}"#) }?.places == ["field.too-long /text"])
        #expect(problem { try paper(#"{"link":"no link"}"#) }?.places == ["field.format /link"])
        #expect(problem { try paper(#"{"amount":-1}"#) }?.code == .validationFailed)
    }

    @Test func `are changed, merged and compared`() throws {
        let id = try paper(#"{"text":"one","data":{"a":1,"b":2},"amount":5}"#).id
        func patch(_ body: String) throws -> WriteAnswer {
            try vault.write(.update(id: id, try JSONParser.parse(body)), in: "papers", as: ann)
        }
        let same = try patch(#"{"text":"one"}"#)
        let version = same.version
        #expect(try patch(#"{"text":"one","amount":5}"#).version == version)
        let changed = try patch(#"{"data":{"b":null,"c":3}}"#)
        #expect(changed.version > version)
        #expect(changed.json["data"] == ["a": 1, "c": 3])
        #expect(changed.json["text"] == "one")
        let put = try vault.write(
            .replace(id: id, ["text": "two"]),
            in: "papers",
            as: ann
        )
        #expect(put.json["text"] == "two" && put.json["amount"] == .null)
        #expect(problem { try patch(#"{"amount":-5}"#) }?.code == .validationFailed)
    }

    @Test func `are opened in batches, lists and expansions`() throws {
        let steps = ["first-text", "second-text"].map { text in
            BatchStep(change: RecordChange(.create(["text": .string(text)]), in: "papers"))
        }
        let answer = try vault.engine.performAndWait(
            WriteOperation(
                change: .batch(steps),
                caller: vault.caller(ann),
                idempotency: IdempotencyKey(key: "b", fingerprint: [1])
            )
        )
        #expect(String(decoding: answer.body, as: UTF8.self).contains("second-text"))
        #expect(!vault.isOnDisk("second-text"))
        let listed = try vault.list("papers", expand: "author", as: ann)
        #expect(listed.map { $0["text"] } == ["second-text", "first-text"])
        #expect(listed[0]["expand"]?["author"]?["birthday"] == "1990-04-01")
        let backwards = try vault.list("users", expand: "papers_via_author", as: ben)
        #expect(backwards.last?["expand"]?["papers_via_author"] != nil)
        #expect(backwards.last?["birthday"] == nil)
    }

    // MARK: Looking values up

    @Test func `with an index are found by their value, and by nothing else`() throws {
        func found(_ filter: String) throws -> [JSONValue] {
            try vault.list("users", filter: filter, as: ann).compactMap { $0["handle"] }
        }
        #expect(try found(#"taxId == "TAX-4711""#) == ["ann"])
        #expect(try found(#""TAX-4711" == taxId"#) == ["ann"])
        #expect(try found(#"taxId == "TAX-4712""#) == [])
        #expect(try found(#"taxId != "TAX-4711""#) == ["ben"])
        #expect(try found("taxId == null") == ["ben"])
        #expect(try found("taxId != null") == ["ann"])
        #expect(try found("code == 42") == ["ann"])
        #expect(try found(#"taxId == "TAX-4711" && handle == "ann""#) == ["ann"])
        for filter in [
            #"taxId.startsWith("TAX")"#, #"taxId > "A""#, #"taxId in ["TAX-4711"]"#,
            "size(taxId) > 1",
            #"birthday == "1990-04-01""#, #"birthday < "2000-01-01""#, "code > 1", "code == 42.5",
            "taxId == taxId", "taxId == handle + birthday",
        ] {
            let refused = problem { try vault.list("users", filter: filter, as: ann) }
            #expect(refused?.code == .invalidFilter, "\(filter)")
        }
        #expect(problem { try vault.list("users", sort: "taxId", as: ann) }?.code == .invalidSort)
    }

    @Test func `that somebody may not read are not found by their value either`() throws {
        #expect(try vault.list("users", filter: "code == 42", as: ben).isEmpty)
        let others = try vault.list("users", filter: "code != 41", as: ben)
        #expect(others.map { $0["handle"] } == ["ben"])
        #expect(try vault.list("users", filter: "code == 42", as: ann).count == 1)
    }

    @Test func `that are unique are refused twice, by name`() throws {
        let twice = problem { try vault.addUser("cat", #","taxId":"TAX-4711""#) }
        #expect(twice?.code == .uniqueViolated)
        #expect(twice?.places == ["unique.violated /taxId"])
        #expect(twice?.detail?.contains("TAX") == false)
        #expect(throws: Never.self) { try vault.addUser("dog") }
    }

    // MARK: Attacks

    @Test func `that were swapped or altered are not served, and all others are`() async throws {
        let cut = try paper(#"{"text":"cut"}"#).id
        let good = try paper(#"{"text":"good"}"#).id
        try await vault.attack(
            #"UPDATE "papers" SET "text" = substr("text", 1, 40) WHERE "id" = '\#(cut)'"#
        )
        let refused = problem { try vault.get("papers", cut, as: ann) }
        #expect(refused?.code == .internalError)
        #expect(refused?.cause?.contains("papers.text.\(cut)") == true)
        #expect(refused?.cause?.contains("mk1.") == false)
        #expect(try vault.get("papers", good, as: ann)["text"] == "good")
        let change = problem {
            try vault.write(.update(id: cut, ["amount": 1]), in: "papers", as: ann)
        }
        #expect(change?.code == .internalError)
        // Another's birthday under one's own id would be shown to the wrong person.
        try await vault.attack(
            #"UPDATE "users" SET "birthday" = (SELECT u."birthday" FROM "users" u WHERE u."handle" = 'ben')"#
                + #" WHERE "handle" = 'ann'"#
        )
        #expect(problem { try vault.get("users", ann, as: ann) }?.code == .internalError)
        // Who may not see it does not depend on it.
        #expect(try vault.get("users", ann, as: ben)["handle"] == "ann")
    }

    @Test func `of events stay sealed`() throws {
        _ = try paper(#"{"text":"event-marker"}"#)
        let rows = try vault.store.makeReader().rows(
            Statement(#"SELECT coalesce("after", '') FROM "_events""#),
            []
        ).compactMap { $0[0].text }
        #expect(rows.count == 3)
        for text in rows {
            for marker in ["event-marker", "1990-04-01", "TAX-4711", "ann@example.com"] {
                #expect(!text.contains(marker))
            }
            #expect(text.contains("ms1."))
        }
    }
}
