import JOSE
import JSON
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Tokens and keys of others, and of our own making (Vectors/make.py), each with its verdict.
@Suite struct VectorTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let comment: String
        let keys: JSONValue
        let token: String
        let isValid: Bool

        var testDescription: String { comment }
    }

    @Test func `the examples of RFC 7515, 7520 and 8037 are valid`() throws {
        let vectors = try Self.vectors("rfc.jsonl")
        #expect(vectors.count == 9)
        for vector in vectors { #expect(Self.verdict(vector), "\(vector.comment)") }
    }

    @Test func `every case has its verdict`() throws {
        let vectors = try Self.vectors("cases.jsonl")
        #expect(vectors.count > 1_000)
        #expect(vectors.contains { $0.isValid })
        for vector in vectors {
            #expect(Self.verdict(vector) == vector.isValid, "\(vector.comment)")
        }
    }

    /// As `mainstay tokens verify` has it: whatever the key allows.
    static func verdict(_ vector: Vector) -> Bool {
        do throws(JOSEError) {
            let keys =
                vector.keys["keys"] == nil
                ? JSONWebKeySet(keys: [try JSONWebKey(vector.keys)])
                : try JSONWebKeySet(vector.keys)
            let policy = SignaturePolicy(algorithms: Set(SignatureAlgorithm.allCases))
            _ = try policy.verify(vector.token, with: keys)
            return true
        } catch {
            return false
        }
    }

    static func vectors(_ name: String) throws -> [Vector] {
        let path = String(#filePath.dropLast("VectorTests.swift".count)) + "Vectors/" + name
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        var vectors: [Vector] = []
        defer { free(line) }
        while getline(&line, &capacity, file) > 0 {
            let text = String(cString: try #require(line))
            let json = try JSONParser.parse(text, maximumDepth: 8)
            vectors.append(
                Vector(
                    comment: try #require(json["comment"]?.stringValue),
                    keys: try #require(json["jwk"] ?? json["jwks"]),
                    token: try #require(json["token"]?.stringValue),
                    isValid: json["result"] == "valid"
                )
            )
        }
        return vectors
    }
}
