/// An expression's source with its literals taken out, so that requests which differ only in their
/// literals share one compiled plan: `author == "u1"` and `author == "u2"` have the same key.
///
/// The literals are those of `ParsedExpression.literals` of the same source, in the same order. A
/// minus that belongs to a number is part of the literal in both.
package struct FilterTemplate: Sendable {
    /// The source without insignificant space, each literal replaced by a marker of its type.
    package let key: [UInt8]
    package let literals: [Value]

    /// Lifts the literals in one pass; nil if a token is malformed or the source is too long: the
    /// parser says why.
    package static func lift(
        _ source: [UInt8],
        limits: ExpressionLimits = ExpressionLimits()
    ) -> FilterTemplate? {
        nil
    }
}
