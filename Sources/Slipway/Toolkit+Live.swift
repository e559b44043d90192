internal import Foundation
public import SlipwayBase

extension Toolkit {
    /// A toolkit on the machine's clock, files, environment and network; runs are kept in the file at `journal`.
    ///
    /// Nothing is opened before it is used.
    public static func live(
        journal: String? = nil, environment: [String: String]? = nil
    ) throws(InputFailure) -> Toolkit {
        let environment = environment ?? ProcessInfo.processInfo.environment
        let path: String
        if let journal { path = journal } else { path = try journalPath(environment) }
        let random = SystemRandom()
        let time = SystemTime()
        let world = World(
            time: { _ in time }, random: random, environment: { environment[$0] }, readFile: DiskFiles.read,
            journal: .file(path, random: random), processID: ProcessInfo.processInfo.processIdentifier)
        return Toolkit(world, platforms: [])
    }

    /// `$XDG_STATE_HOME/slipway/journal.sqlite`, or the same below `~/.local/state`.
    static func journalPath(_ environment: [String: String]) throws(InputFailure) -> String {
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/slipway/journal.sqlite" }
        guard let home = environment["HOME"], home.hasPrefix("/") else {
            throw InputFailure("there is no HOME to keep the journal in; give a file with --journal.")
        }
        return home + "/.local/state/slipway/journal.sqlite"
    }
}
