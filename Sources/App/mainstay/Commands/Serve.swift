import ArgumentParser
import Foundation
import HTTPServing
import ModelLanguage

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Runs the app. SIGTERM lets requests finish, then stops; SIGHUP reads the certificate anew."
    )

    @OptionGroup var file: ModelFile
    @OptionGroup var directory: DataDirectory
    @Option(help: "The address to listen on (default: 127.0.0.1).") var host: String?
    @Option(help: "The port to listen on (default: 8080; 0 for any).") var port: Int?
    @Option(help: "The address of the operator's port (default: 127.0.0.1).")
    var operatorHost: String?
    @Option(help: "The operator's port, for metrics and health (default: 8081; 0 for any).")
    var operatorPort: Int?
    @Option(help: "A certificate chain in PEM: serves TLS 1.3.") var tlsCertificate: String?
    @Option(help: "The certificate's private key in PEM.") var tlsKey: String?
    @Option(help: "Origins whose pages may call the API, comma separated; * for all.")
    var cors: String?
    @Option(help: "Event loops (default: the number of cores).") var threads: Int?
    @Option(help: "Connections at a time (default: 10000).") var maxConnections: Int?
    @Option(help: "Connections of one address at a time (default: no limit).")
    var maxConnectionsPerAddress: Int?
    @Option(help: "Bytes of a request's body (default: 1048576).") var maxBody: Int?
    @Option(help: "Seconds that a draining server gives its requests (default: 20).")
    var drainSeconds: Int?
    @Option(help: "auto carries out safe migrations at the start, manual none (default: auto).")
    var migrations: String?
    @Option(help: "text or json (default: text).") var logFormat: String?
    @Flag(help: "Log each request.") var accessLog = false
    @OptionGroup(title: "Accounts") var accounts: AccountOptions

    func run() async throws {
        let loaded = try file.load()
        for warning in loaded.warnings { Console.note(warning.description) }
        for warning in Setting.warnings { Console.note("warning: " + warning) }
        try await ServerProcess(
            model: loaded.model,
            settings: try settings(),
            modelFolder: URL(filePath: file.path).deletingLastPathComponent().path
        ).run()
    }

    private func settings() throws -> ServerSettings {
        var settings = ServerSettings(data: directory.path(beside: file.path))
        settings.host = Setting.value(host, "HOST") ?? settings.host
        settings.port = try Setting.integer(port, "PORT", in: 0...65_535) ?? settings.port
        settings.operatorHost =
            Setting.value(operatorHost, "OPERATOR_HOST") ?? settings.operatorHost
        settings.operatorPort =
            try Setting.integer(operatorPort, "OPERATOR_PORT", in: 0...65_535)
            ?? settings.operatorPort
        settings.tls = try tls()
        settings.origins = Setting.list(cors, "CORS")
        settings.threads =
            try Setting.integer(threads, "THREADS", in: 1...1_024) ?? settings.threads
        settings.maximumConnections =
            try Setting.integer(maxConnections, "MAX_CONNECTIONS", in: 1...1_000_000)
            ?? settings.maximumConnections
        settings.maximumConnectionsPerAddress = try Setting.integer(
            maxConnectionsPerAddress,
            "MAX_CONNECTIONS_PER_ADDRESS",
            in: 1...1_000_000
        )
        settings.maximumBody =
            try Setting.integer(maxBody, "MAX_BODY", in: 1_024...(256 << 20))
            ?? settings.maximumBody
        settings.drainSeconds =
            try Setting.integer(drainSeconds, "DRAIN_SECONDS", in: 0...3_600)
            ?? settings.drainSeconds
        settings.migratesAutomatically =
            try choice(
                migrations,
                "MIGRATIONS",
                ["auto", "manual"]
            ) != "manual"
        settings.logsJSON = try choice(logFormat, "LOG_FORMAT", ["text", "json"]) == "json"
        settings.logsAccess = Setting.isOn(accessLog, "ACCESS_LOG")
        settings.accounts = try accounts.settings()
        return settings
    }

    private func tls() throws -> HTTPTLSFiles? {
        let certificate = Setting.value(tlsCertificate, "TLS_CERTIFICATE")
        let key = Setting.value(tlsKey, "TLS_KEY")
        switch (certificate, key) {
        case (nil, nil): return nil
        case (let certificate?, let key?):
            return HTTPTLSFiles(certificateChain: certificate, privateKey: key)
        default:
            throw CommandError("--tls-certificate and --tls-key go together")
        }
    }

    private func choice(
        _ flag: String?,
        _ name: String,
        _ allowed: [String]
    ) throws -> String? {
        guard let value = Setting.value(flag, name) else { return nil }
        guard allowed.contains(value) else {
            throw CommandError(
                "MAINSTAY_\(name) has to be \(allowed.joined(separator: " or ")), not \"\(value)\""
            )
        }
        return value
    }
}
