import Foundation
import Slipway
import SlipwayBase
import SlipwayModel

/// Plans of one config in a file, made by `plan -o` and carried out by `deploy --plan`.
struct PlanFile: Codable {
    /// The only `kind` this program reads.
    static let kind = "slipway/plan"

    var kind = PlanFile.kind
    /// The application the plans are for.
    var application: String
    /// One plan a target.
    var plans: [Plan]

    init(application: String, plans: [Plan]) { (self.application, self.plans) = (application, plans) }

    init(reading path: String, by toolkit: Toolkit) throws {
        let bytes = try toolkit.read(path, bytesMax: Limits.planBytesMax)
        let shown = path.printable(max: 300)
        do {
            self = try JSONDecoder().decode(PlanFile.self, from: Data(bytes))
        } catch {
            throw InputFailure("\(shown) is not a plan of `slipway plan -o`, or it was cut off; make it again.")
        }
        guard kind == Self.kind, plans.allSatisfy({ $0.format == Plan.formatVersion }) else {
            throw InputFailure("\(shown) has a form that this version of slipway does not read; make it again.")
        }
        guard Set(plans.map(\.target)).count == plans.count else {
            throw InputFailure("\(shown) has two plans for one target; make it again.")
        }
    }

    /// The file as text: sorted keys, durations as people write them.
    func text() throws -> String { try text(self, [.prettyPrinted]) + "\n" }

    /// One object a plan, each on a line of its own.
    func lines() throws -> [String] {
        try plans.map { try text(Line(application: application, target: $0.target, plan: $0), []) }
    }

    private struct Line: Encodable {
        var type = "plan"
        var application: String
        var target: String
        var plan: Plan
    }

    private func text(_ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting.union([.sortedKeys, .withoutEscapingSlashes])
        let text = String(decoding: try encoder.encode(value), as: UTF8.self)
        guard !SecretShapes.occur(in: text) else {
            throw InputFailure(
                "the plan would hold what looks like a token or private key, and slipway writes no secrets to files; "
                    + "move it out of the live object (into a Secret, say) and plan again."
            )
        }
        return text
    }

    /// Puts the file in place at once, readable by its owner only: a reader sees the old one or the whole new one.
    func write(to path: String) throws {
        let text = try text()
        let draft = path + ".\(ProcessInfo.processInfo.processIdentifier).tmp"
        let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw unwritable(path) }
        defer { unlink(draft) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            guard count > 0 else {
                close(file)
                throw unwritable(path)
            }
            rest = rest.dropFirst(count)
        }
        let isDurable = fsync(file) == 0
        close(file)
        guard isDurable, rename(draft, path) == 0 else { throw unwritable(path) }
    }

    private func unwritable(_ path: String) -> InputFailure {
        InputFailure("\(path.printable(max: 300)) cannot be written: \(String(cString: strerror(errno))).")
    }
}
