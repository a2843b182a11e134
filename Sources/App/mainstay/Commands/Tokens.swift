import ArgumentParser
import JOSE
import JSON

struct TokensCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokens",
        abstract: "Looks at signed tokens.",
        subcommands: [VerifyTokens.self]
    )
}

/// What the test vectors of the field are run through.
struct VerifyTokens: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Says whether a token's signature is good.",
        discussion: """
            Each line of stdin is {"jwk": {…}, "token": "…"} or {"jwks": {"keys": […]}, "token": \
            "…"}, with {"algorithms": ["ES256"]} where not all that the key is good for are allowed. \
            It is answered by "valid" or "invalid". Claims such as exp are not looked at.
            """
    )

    @Flag(help: "Answer each line of stdin.") var lines = false

    func run() throws {
        guard lines else { throw CommandError("use --lines, and write a token a line to stdin") }
        while let line = readLine() {
            if line.isEmpty { continue }
            Console.write(Self.isValid(line) ? "valid" : "invalid")
        }
    }

    private static func isValid(_ line: String) -> Bool {
        do {
            let json = try JSONParser.parse(line)
            guard let token = (json["token"] ?? json["jws"])?.stringValue else { return false }
            let keys = try keys(json["jwks"] ?? json["jwk"] ?? .null)
            let policy = SignaturePolicy(algorithms: algorithms(json["algorithms"]))
            _ = try policy.verify(token, with: keys)
            return true
        } catch {
            return false
        }
    }

    private static func keys(_ json: JSONValue) throws(JOSEError) -> JSONWebKeySet {
        if json["keys"] != nil { return try JSONWebKeySet(json) }
        return JSONWebKeySet(keys: [try JSONWebKey(json)])
    }

    private static func algorithms(_ json: JSONValue?) -> Set<SignatureAlgorithm> {
        guard case .array(let names) = json else { return Set(SignatureAlgorithm.allCases) }
        return Set(names.compactMap { $0.stringValue.flatMap(SignatureAlgorithm.init) })
    }
}
