import Encryption
import Engine
import Expressions
import Foundation
import HTTPServing
import Identity
import JSON
import Mail
import Seeding
import Storage

/// What people are told of an error that ends a command: what is wrong, and what to do.
enum ErrorText {
    static func text(of error: any Error) -> String {
        switch error {
        case let error as CommandError: error.description
        case let error as Problem: text(of: error)
        case let error as StoreError: text(of: error)
        case let error as MigrationError: text(of: error)
        case let error as SeedError: text(of: error)
        case let error as IdentityError: error.description
        case let error as EncryptionError: error.description
        case let error as MailSettingError: error.description
        case let error as MailTemplateErrors: error.description
        case let error as HTTPServer.LifecycleError: error.description
        case let error as JSONError: "\(error.message) at byte \(error.offset)"
        case let error as EvaluationError: error.message
        case let error as ExpressionErrors:
            error.errors.map(\.message).joined(separator: "\n")
        case let error as CocoaError: text(of: error)
        default: (error as NSError).localizedDescription
        }
    }

    private static func text(of problem: Problem) -> String {
        let first = problem.detail ?? problem.code.title
        let others = problem.errors.map { error in
            let place = error.pointer.isEmpty ? "" : "\(error.pointer.dropFirst()): "
            return place + error.detail + (error.hint.map { " (\($0))" } ?? "")
        }
        if problem.errors.count == 1, problem.errors[0].detail == problem.detail {
            return others[0]
        }
        let hint = problem.hint.map { ["hint: \($0)"] } ?? []
        return ([first] + others + hint).joined(separator: "\n  ")
    }

    private static func text(of error: StoreError) -> String {
        let advice =
            switch error {
            case .full: "make space, then run the command again"
            case .busy: "another process is writing; run the command again"
            case .corrupt: "restore a backup"
            case .failed(8, _), .failed(14, _):
                "give this user access to it, or name another with --data"
            case .failed(10, _): "look at the disk and at the system's log"
            case .sealing: "start with the right master key, or restore a backup"
            case .unique, .foreignKey, .check, .notNull, .interrupted, .closed, .failed: ""
            }
        return advice.isEmpty ? error.description : "\(error.description); \(advice)"
    }

    private static func text(of error: MigrationError) -> String {
        switch error {
        case .store(let error): "the migration failed: \(text(of: error))"
        case .losesData, .blocked, .outdated: error.description
        }
    }

    private static func text(of error: SeedError) -> String {
        switch error {
        case .hasRecords: "\(error.description); add to them with --add, or name another --data"
        case .store(let error): "the database refused: \(text(of: error))"
        default: error.description
        }
    }

    /// What the system says of a file.
    private static func text(of error: CocoaError) -> String {
        let reason =
            (error.underlying as? POSIXError).map { String(cString: strerror($0.code.rawValue)) }
            ?? error.localizedDescription
        return error.filePath.map { "\"\($0)\": \(reason)" } ?? reason
    }
}
