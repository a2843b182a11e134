import JSON
import ModelLanguage
import Storage

/// Turns a client's body into column values, or says everything that is wrong with it.
struct BodyValidator: Sendable {
    enum Mode: Sendable {
        case create
        case patch
        case replace
    }

    /// The values that a body sets, by the position of their field in the collection.
    struct Values {
        var columns: [(position: Int, value: SQLValue)] = []
        /// Those that the body names; the others took their default.
        var named: [Int] = []
    }

    private let collection: Collection
    private let maximumErrors: Int
    private let maximumJSONLength: Int
    private let checkers: [ConstraintChecker]
    private let defaults: [SQLValue?]

    init(collection: Collection, limits: EngineLimits) {
        self.collection = collection
        maximumErrors = limits.maximumErrors
        maximumJSONLength = limits.maximumJSONLength
        checkers = collection.fields.map { ConstraintChecker(field: $0, limits: limits) }
        defaults = collection.fields.map { field in
            field.defaultValue.flatMap { try? FieldCoder.encode($0, as: field.type) }
        }
    }

    /// Checks a body.
    ///
    /// Fields that the server sets are refused, except in a replacement, where the answer of an
    /// earlier GET may be sent back: then they are passed over.
    func values(of body: JSONValue, mode: Mode, errors: inout [ValueError]) -> Values {
        var values = Values()
        guard case .object(let members) = body else {
            errors.append(
                ValueError(
                    "field.type",
                    at: "",
                    "the body has to be an object, not \(body.typeName)",
                    hint: "send {\"field\": value, …}"
                )
            )
            return values
        }
        for member in members {
            check(member, mode: mode, into: &values, errors: &errors)
            // The answer to a body of nothing but mistakes stays small.
            if errors.count >= maximumErrors { return values }
        }
        if mode != .patch { addMissing(members, mode: mode, to: &values, errors: &errors) }
        return values
    }

    private func check(
        _ member: JSONValue.Member,
        mode: Mode,
        into values: inout Values,
        errors: inout [ValueError]
    ) {
        guard let position = collection.position(of: member.name) else {
            let names = collection.fields.filter(\.isWritableOnCreate).map(\.name)
            let nearest = errors.count < 10 ? Spelling.nearest(to: member.name, in: names) : nil
            errors.append(
                ValueError(
                    "field.unknown",
                    field: member.name,
                    "\"\(member.name)\" is no field of \(collection.name)",
                    hint: nearest.map { "did you mean \"\($0)\"?" }
                )
            )
            return
        }
        let field = collection.fields[position]
        if let refusal = refusal(of: field, mode: mode) {
            if let error = refusal { errors.append(error) }
            return
        }
        values.named.append(position)
        if case .null = member.value, field.type != .json || field.isOptional {
            checkNull(of: field, at: position, mode: mode, into: &values, errors: &errors)
            return
        }
        do throws(FieldCoder.Mismatch) {
            let value = try FieldCoder.encode(member.value, as: field.type)
            if let mismatch = checkers[position].problem(with: member.value) { throw mismatch }
            if field.type == .json { try checkLength(ofJSON: value) }
            let isAddress = field.origin == .account && field.type == .email
            values.columns.append((position, isAddress ? lowercased(value) : value))
        } catch {
            errors.append(
                ValueError(
                    error.code,
                    field: field.name,
                    "\"\(field.name)\" \(error.detail)",
                    hint: error.hint
                )
            )
        }
    }

    /// Bounds what a field of JSON holds, also when patches have been added up in it.
    func checkLength(ofJSON value: SQLValue) throws(FieldCoder.Mismatch) {
        guard let length = value.text?.utf8.count, length > maximumJSONLength else { return }
        throw FieldCoder.Mismatch(
            code: "field.too-long",
            detail: "has to have at most \(maximumJSONLength) bytes as JSON, not \(length)"
        )
    }

    /// Why a field may not be sent: nil if it may, `.some(nil)` if it is passed over silently.
    private func refusal(of field: Field, mode: Mode) -> ValueError?? {
        if !field.isWritableOnCreate {
            if mode == .replace { return .some(nil) }
            let message = "\"\(field.name)\" is set by the server"
            return ValueError("field.read-only", field: field.name, message, hint: "leave it out")
        }
        return nil
    }

    private func checkNull(
        of field: Field,
        at position: Int,
        mode: Mode,
        into values: inout Values,
        errors: inout [ValueError]
    ) {
        if field.isOptional {
            values.columns.append((position, .null))
        } else {
            errors.append(
                ValueError("field.null", field: field.name, "\"\(field.name)\" must not be null")
            )
        }
    }

    private func addMissing(
        _ members: [JSONValue.Member],
        mode: Mode,
        to values: inout Values,
        errors: inout [ValueError]
    ) {
        for (position, field) in collection.fields.enumerated() where field.isWritableOnCreate {
            // An address, too, is changed in another way, and stays where a replacement is silent.
            if mode == .replace, field.isImmutable || field.origin == .account { continue }
            guard !members.contains(where: { $0.name == field.name }) else { continue }
            if let value = defaults[position] {
                values.columns.append((position, value))
            } else if field.isOptional {
                values.columns.append((position, .null))
            } else {
                errors.append(
                    ValueError("field.required", field: field.name, "\"\(field.name)\" is missing")
                )
            }
        }
    }

    private func lowercased(_ value: SQLValue) -> SQLValue {
        guard case .text(let text) = value else { return value }
        return .text(text.lowercased())
    }
}
