import Foundation
import SlipwayFaults

// Every fault at every call, and every crash at every write, for all scenarios or those whose names contain the
// first argument; a second one takes the place of the scenarios' own stride. Exit code 1 when a promise was broken.
let arguments = CommandLine.arguments.dropFirst()
let wanted = arguments.first ?? ""
let stride = arguments.dropFirst().first.flatMap { Int($0) }
let start = ContinuousClock.now
var (runs, calls, failures) = (0, 0, 0)
for scenario in try Scenario.all() where wanted.isEmpty || scenario.name.contains(wanted) {
    let began = ContinuousClock.now
    let report = await Sweep(Lab(scenario), stride: stride ?? scenario.stride).run()
    print("\(scenario.name): \(report.runs) runs, \(report.calls) calls, \(ContinuousClock.now - began)")
    for failure in report.failures.prefix(10) { print("  broken: \(failure)") }
    failures += report.failures.count
    runs += report.runs
    calls += report.calls
}
print("\(runs) runs, \(calls) calls in \(ContinuousClock.now - start); \(failures) broke a promise")
exit(failures == 0 ? 0 : 1)
