import Foundation
import JSON
import OpenAPI
import Testing

/// Asks openapi-spec-validator (PyPI), where Python has it, whether the documents are OpenAPI 3.1.
@Suite struct SpecificationTests {
    private static func python(_ script: String, input: Data = Data()) throws -> (Int32, String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        let (stdin, stderr) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = FileHandle.nullDevice
        process.standardError = stderr
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: input)
        try stdin.fileHandleForWriting.close()
        let message = try stderr.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: message, as: UTF8.self))
    }

    private static let hasValidator: Bool = {
        let found = try? python("import openapi_spec_validator")
        return found?.0 == 0
    }()

    @Test(
        .enabled(if: hasValidator, "python3 has no openapi-spec-validator"),
        arguments: [true, false]
    )
    func `the document is valid OpenAPI`(_ isSocialConnect: Bool) throws {
        let model =
            try isSocialConnect ? TestModels.socialConnect() : TestModels.everyType()
        let document = TestModels.document(of: model).json.description
        let script = """
            import json, sys
            from openapi_spec_validator import validate
            validate(json.load(sys.stdin))
            """
        let (status, message) = try Self.python(script, input: Data(document.utf8))
        #expect(status == 0, "\(message)")
    }
}
