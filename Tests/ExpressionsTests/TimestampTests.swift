import Expressions
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00Z"),
        (1, "1970-01-01T00:00:00.000001Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
        (-1_000_000, "1969-12-31T23:59:59Z"),
        (1_795_272_159_008_530, "2026-11-21T14:42:39.008530Z"),
        (-62_135_596_800_000_000, "0001-01-01T00:00:00Z"),
        (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
    ])
    func `microseconds go both ways`(microseconds: Int64, text: String) throws {
        let time = try #require(Timestamp(microseconds: microseconds))
        #expect(time == Timestamp(rfc3339: text))
        #expect(time.microseconds == microseconds)
    }

    @Test func `nanoseconds are rounded down`() throws {
        let before = try #require(Timestamp(rfc3339: "1969-12-31T23:59:59.999999999Z"))
        #expect(before.microseconds == -1)
    }

    @Test(arguments: [Int64.min, .max, -62_135_596_800_000_001, 253_402_300_800_000_000])
    func `there are no times before the year 1 and after 9999`(microseconds: Int64) {
        #expect(Timestamp(microseconds: microseconds) == nil)
    }
}
