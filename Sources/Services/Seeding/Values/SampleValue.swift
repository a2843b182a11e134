package import JSON
package import ModelLanguage

/// Believable values of single fields, for whoever needs a record and not a database full of them.
package enum SampleValue {
    /// A value that the field takes; nil for relations, and where no value can be made.
    ///
    /// Another `number` makes another value of a field that has to be unique. `now` is in
    /// microseconds since 1970.
    package static func json(
        for field: Field,
        of collection: Collection,
        number: Int,
        now: Int64
    ) -> JSONValue? {
        if case .relation = field.type { return nil }
        var random = SeedRandom(seed: 1, index: number)
        let moment = FieldValue.Moment(number: number, attempt: 1, created: now, now: now)
        guard let value = try? FieldValue(field, of: collection) else { return nil }
        guard let column = try? value.column(moment, random: &random) else { return nil }
        return column.json(as: field.type)
    }
}
