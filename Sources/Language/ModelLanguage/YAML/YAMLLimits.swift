/// What a model file may cost to read.
struct YAMLLimits {
    /// In bytes; looked at before anything else.
    var size = 1 << 20
    /// How deep lists and mappings nest.
    var depth = 64
    /// How many scalars, lists and mappings there may be.
    var nodes = 100_000
}
