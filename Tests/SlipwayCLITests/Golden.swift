import Foundation
import Testing

/// Compares a text with the file of that name in `Golden`; SLIPWAY_UPDATE_GOLDEN=1 writes the file and fails.
///
/// Fingerprints are left out: they change with every detail of the simulated objects.
func expectGolden(_ name: String, _ text: String, location: SourceLocation = #_sourceLocation) {
    let text = text.replacing(/[0-9a-f]{64}/, with: "(fingerprint)")
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)")
    guard ProcessInfo.processInfo.environment["SLIPWAY_UPDATE_GOLDEN"] != "1" else {
        do { try Data(text.utf8).write(to: url) } catch { Issue.record("\(error)", sourceLocation: location) }
        Issue.record("updated \(name)", sourceLocation: location)
        return
    }
    let expected = (try? String(contentsOf: url, encoding: .utf8)) ?? "(there is no such file)"
    #expect(text == expected, "differs from Golden/\(name)", sourceLocation: location)
}
