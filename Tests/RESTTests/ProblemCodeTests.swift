import Engine
import Foundation
import NIOHTTP1
import Testing

@testable import HTTPServing

/// The server answers some problems by itself; the engine's list has them too.
@Suite struct ProblemCodeTests {
    private static let source = URL(filePath: #filePath)
        .deletingLastPathComponent()
        .appending(path: "../../Sources/Interfaces/HTTPServing/HTTPServerProblem.swift")
        .standardizedFileURL

    @Test func `both lists of the protocol's problems have the same codes`() throws {
        let source = try String(contentsOf: Self.source, encoding: .utf8)
        let served = Set(source.matches(of: /code: "(http\.[a-z0-9-]+)"/).map { String($0.1) })
        let listed = ProblemCode.allCases.map(\.rawValue).filter { $0.hasPrefix("http.") }
        #expect(served.count > 10)
        #expect(served == Set(listed))
    }

    @Test(arguments: [
        HTTPServerProblem.malformed(""), .headTooLarge, .tooManyHeaders, .targetTooLong,
        .bodyTooLarge, .versionUnsupported, .transferEncodingUnsupported, .methodUnsupported,
        .expectationFailed, .contentEncodingUnsupported, .contentEncodingMalformed,
        .requestTimeout, .overloaded, .failed, .upgradeUnsupported,
    ])
    func `both lists give a code the same status`(problem: HTTPServerProblem) throws {
        let code = try #require(ProblemCode(rawValue: problem.code))
        #expect(code.status == Int(problem.status.code))
    }
}
