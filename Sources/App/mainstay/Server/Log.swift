import Foundation
import HTTPServing
import JSON
import Logging

/// The server's log on stderr.
enum Log {
    static func make(_ settings: ServerSettings) -> Logger {
        let logsJSON = settings.logsJSON
        return Logger(label: "mainstay") { label in
            if logsJSON { return JSONLogHandler() as any LogHandler }
            return StreamLogHandler.standardError(label: label)
        }
    }

    /// One line a request; no query, which may hold personal data.
    static func access(_ record: HTTPAccessRecord, to logger: Logger) {
        logger.info(
            "request",
            metadata: [
                "trace": "\(record.id)",
                "method": "\(record.method)",
                "route": "\(record.route)",
                "status": "\(record.status)",
                "bytes": "\(record.bytesSent)",
                "microseconds": "\(Int(record.duration / .microseconds(1)))",
            ]
        )
    }
}

/// Writes each log entry as one JSON object a line.
struct JSONLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var members: [JSONValue.Member] = [
            JSONValue.Member(
                "time",
                .string(
                    Date.now.ISO8601Format(.iso8601WithTimeZone(includingFractionalSeconds: true))
                )
            ),
            JSONValue.Member("level", .string(event.level.rawValue)),
            JSONValue.Member("message", .string("\(event.message)")),
        ]
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            members.append(JSONValue.Member(key, .string("\(value)")))
        }
        Console.note(JSONValue.object(members).description)
    }
}
