import Slipway
import SlipwayBase
import SlipwayModel

/// A plan as text: everything that will be done, and how it is taken back.
struct PlanText {
    let style: Style

    func lines(_ proposal: Proposal) -> [String] {
        let plan = proposal.plan
        var lines = [
            style.paint("\(plan.target)  \(plan.strategy)  \(plan.versions)", .bold),
            "  fidelity     \(fidelity(plan))",
            "  fingerprint  \(plan.fingerprint.printable(max: 100))",
        ]
        lines += proposal.session.connection.summary.map { "  touches      \($0.printable(max: 200))" }
        lines += proposal.summary.map { "  now          \($0.printable(max: 200))" }
        lines += proposal.warnings.map { style.paint("  warning      \($0.printable())", .yellow) }
        guard !plan.steps.isEmpty else {
            return lines + ["  \(plan.context.new.version) is live already: nothing to do"]
        }
        let pauses = plan.pauses == .zero ? "none" : "\(plan.pauses.text) in all"
        lines.append("  pauses       \(pauses)" + (plan.needsPerson ? ", and a person has to approve" : ""))
        for (index, step) in plan.steps.enumerated() { lines += self.lines(step, index + 1) }
        return lines
    }

    private func lines(_ step: Step, _ number: Int) -> [String] {
        let label = String(number)
        let margin = String(repeating: " ", count: max(0, 4 - label.count)) + label + "  "
        var lines = [margin + step.title.printable(max: 200) + style.paint(facts(step), .dim)]
        lines += step.calls.map { style.paint("        \($0.printable(max: 300))", .dim) }
        lines += step.undo.map { "        undo: \($0.words)" }
        return lines
    }

    private func facts(_ step: Step) -> String {
        switch step.kind {
        case .perform:
            "  (deadline \(step.deadline.text)\(step.isCleanup ? ", clean-up: a failure is only reported" : ""))"
        case .pause: "  (pause)"
        case .approval(let prompt): "  (\(prompt.printable(max: 160)))"
        }
    }

    private func fidelity(_ plan: Plan) -> String {
        let notes = plan.fidelity.compactMap { note -> String? in
            guard case .approximated(let name, let why, let differs) = note.fidelity else { return nil }
            return "approximated, accepted as \(name) (\(why.printable(max: 200)): \(differs.printable(max: 200)))"
        }
        return notes.isEmpty ? "exact" : notes.joined(separator: "; ")
    }
}

extension Plan {
    /// Whether it waits for a person somewhere.
    var needsPerson: Bool {
        steps.contains { if case .approval = $0.kind { true } else { false } }
    }
}
