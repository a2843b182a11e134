import Storage

/// How values of one type become values of another one without losing anything.
struct TypeConversion {
    /// The new value, of a quoted column.
    let expression: @Sendable (String) -> String
    /// Which values that are not null cannot be converted, of a quoted column; nil where all can.
    var misfit: (@Sendable (String) -> String)?

    private init(
        _ expression: @escaping @Sendable (String) -> String,
        misfit: (@Sendable (String) -> String)? = nil
    ) {
        self.expression = expression
        self.misfit = misfit
    }

    /// Nil where there is no such way.
    init?(from old: Column.ColumnType, to new: Column.ColumnType) {
        switch (old, new) {
        case _ where old == new: self.init { $0 }
        case (.integer, .number):
            self.init {
                "CAST(\($0) AS REAL)"
            } misfit: {
                "CAST(CAST(\($0) AS REAL) AS INTEGER) <> \($0)"
            }
        case (.number, .integer):
            self.init {
                "CAST(\($0) AS INTEGER)"
            } misfit: {
                "CAST(\($0) AS INTEGER) <> \($0)"
            }
        case (.boolean, .integer): self.init { $0 }
        case (.integer, .boolean):
            self.init {
                $0
            } misfit: {
                "\($0) NOT IN (0, 1)"
            }
        case (.integer, .text), (.integer, .json): self.init { "CAST(\($0) AS TEXT)" }
        case (.number, .text), (.number, .json): self.init { "mainstay_number(\($0))" }
        case (.boolean, .text), (.boolean, .json):
            self.init { "CASE \($0) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END" }
        case (.datetime, .text): self.init { "mainstay_datetime(\($0))" }
        case (.text, .json):
            self.init { "CASE WHEN \($0) IS NOT NULL THEN json_quote(\($0)) END" }
        case (.text, .integer):
            self.init {
                "mainstay_string_to_int(\($0))"
            } misfit: {
                "mainstay_string_to_int(\($0)) IS NULL"
            }
        default: return nil
        }
    }
}
