package import Engine
import Expressions
package import ModelLanguage
package import Storage

/// Runs rule tests on the real engine, in a store that has nothing else in it.
///
/// Every operation takes the way of a request, and is taken back; so none sees another's effects.
package struct RuleTestRunner: Sendable {
    private let model: Model
    private let store: any Store
    private let now: Int64

    /// The store is empty, migrated to the model, and nobody else's.
    ///
    /// `now` is the time of tests that name none, in microseconds since 1970.
    package init(model: Model, store: any Store, now: Int64 = EngineClock.system.now()) {
        self.model = model
        self.store = store
        self.now = now
    }

    /// Runs the tests whose name has `only` in it; all without it.
    package func run(
        _ suite: RuleTestSuite,
        only: String? = nil
    ) async throws(Problem) -> RuleTestReport {
        let clock = TestClock(now)
        let engine = Engine(model: model, store: store, clock: clock.engineClock)
        let (model, now) = (model, now)
        return try await engine.rehearse { rehearsal in
            var run = RuleTestRun(model: model, rehearsal: rehearsal, clock: clock, start: now)
            for file in suite.files { run.run(file, only: only) }
            return run.report
        }
    }
}

/// One run of rule tests, on the writer's thread.
struct RuleTestRun {
    let model: Model
    let rehearsal: Rehearsal
    let clock: TestClock
    private let start: Int64
    private(set) var report: RuleTestReport

    init(model: Model, rehearsal: Rehearsal, clock: TestClock, start: Int64) {
        self.model = model
        self.rehearsal = rehearsal
        self.clock = clock
        self.start = start
        report = RuleTestReport(coverage: RuleCoverage(model))
    }

    mutating func run(_ file: RuleTestFile, only: String?) {
        let tests = file.tests.filter { only == nil || $0.name.localized(contains: only ?? "") }
        guard !tests.isEmpty else { return }
        for test in tests {
            for row in test.rows {
                // The file's records are made anew at the row's own time.
                clock.now = row.now ?? file.now ?? start
                taken { run in
                    var scene = Scene(model: run.model)
                    guard run.insert(file.given, into: &scene, of: test, in: file),
                        run.insert(row.given, into: &scene, of: test, in: file)
                    else { return }
                    for caller in row.callers { run.run(row, of: test, as: caller, scene, file) }
                }
            }
            report.tests += 1
        }
    }

    /// Runs `body`, and takes back what it did to the database.
    private mutating func taken(_ body: (inout RuleTestRun) -> Void) {
        var copy = self
        do {
            try rehearsal.undoing { body(&copy) }
        } catch {
            copy.report.storeError = true
        }
        self = copy
    }

    private mutating func insert(
        _ records: [RecordEntry],
        into scene: inout Scene,
        of test: RuleTest,
        in file: RuleTestFile
    ) -> Bool {
        do throws(Scene.Refusal) {
            try scene.insert(records, into: rehearsal, now: clock.now)
            return true
        } catch {
            report.add(
                RuleTestReport.Failure(
                    path: file.path,
                    place: error.place,
                    test: test.name,
                    message: "the record cannot be made: \(scene.named(error.message))"
                )
            )
            return false
        }
    }

    private mutating func run(
        _ row: RuleTest.Row,
        of test: RuleTest,
        as entry: CallerEntry,
        _ scene: Scene,
        _ file: RuleTestFile
    ) {
        taken { run in
            var scene = scene
            let caller: MadeCaller
            do throws(Scene.Refusal) {
                caller = try run.caller(entry, in: &scene)
            } catch {
                run.report.add(
                    RuleTestReport.Failure(
                        path: file.path,
                        place: error.place,
                        test: test.name,
                        message: "\"\(entry.text)\" cannot ask: \(scene.named(error.message))"
                    )
                )
                return
            }
            for expectation in row.expectations {
                let trial = Trial(
                    rehearsal: run.rehearsal,
                    model: run.model,
                    scene: scene,
                    caller: caller.caller.asking(expectation.operation),
                    now: run.clock.now
                )
                let verdict = trial.verdict(on: expectation)
                run.report.checks += 1
                guard let mismatch = verdict.mismatch else {
                    run.report.coverage.add(verdict.exercised.union(caller.exercised))
                    continue
                }
                run.report.add(
                    RuleTestReport.Failure(
                        path: file.path,
                        place: expectation.place,
                        test: test.name,
                        caller: entry.text,
                        operation: expectation.text,
                        isExpectedAllowed: expectation.isAllowed,
                        message: scene.named(mismatch),
                        decisions: verdict.decisions
                    )
                )
            }
        }
    }
}
