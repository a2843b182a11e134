import Engine
import Synchronization

/// A clock that stands at the time of the test that runs.
final class TestClock: Sendable {
    private let time: Mutex<Int64>

    init(_ microseconds: Int64) {
        time = Mutex(microseconds)
    }

    var now: Int64 {
        get { time.withLock { $0 } }
        set { time.withLock { $0 = newValue } }
    }

    var engineClock: EngineClock {
        EngineClock { [self] in now }
    }
}
