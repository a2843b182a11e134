/// What all rows of one run share.
struct SeedSetting {
    let seed: UInt64
    /// Microseconds since 1970: the time up to which records are made.
    let now: Int64
    /// Larger than any number that an earlier run gave to a record.
    let firstNumber: Int

    /// The address that an account signs in with: one that is known for the very first.
    func email(_ index: Int) -> String {
        let number = firstNumber + index
        return number == 0 ? "demo@example.com" : "user\(number + 1)@example.com"
    }
}
