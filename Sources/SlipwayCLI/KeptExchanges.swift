import ArgumentParser
import Slipway
import SlipwayBase
import SlipwayCassettes
import SlipwayEngine

/// Options of the commands that change something: what went over the network may be kept beside the journal.
struct ExchangeOptions: ParsableArguments {
    @Flag(
        name: .long,
        help: "Keeps what goes over the network, masked, beside the journal for `slipway history export`."
    )
    var keepExchanges = false
}

/// A command that may keep what goes over the network.
protocol ExchangeKeeping {
    var exchanges: ExchangeOptions { get }
    var journalOptions: JournalOptions { get }
}

/// What went over the network in one process, and the runs that it was for.
///
/// A journal holds decisions, not exchanges: these are kept apart, one file a process, in a folder beside it.
final class KeptExchanges: Sendable {
    private let session: CassetteSession
    private let folder: CassetteFolder
    private let runs = Locked<[String]>([])

    init(beside journal: String, time: any TimeSource) throws(CassetteFailure) {
        session = try CassetteSession(
            mode: .rewrite,
            playing: nil,
            matching: .ofRuns,
            time: time
        )
        folder = Self.folder(beside: journal)
    }

    /// The console with everything that goes over its network kept here.
    func watching(_ console: Console) -> Console {
        var watched = console
        watched.network = console.network.watched { [session] in session.transport(over: $0) }
        watched.exchanges = self
        return watched
    }

    func note(_ run: RunID) {
        let name = Self.plain(run.description)
        runs.withLock { if !$0.contains(name) { $0.append(name) } }
    }

    /// Writes what was kept; nothing when no run came of it.
    func save() throws(CassetteFailure) {
        let runs = runs.withLock { $0 }
        guard !runs.isEmpty, session.count > 0 else { return }
        let number = folder.names().count + 1
        let digits = String(repeating: "0", count: max(6 - "\(number)".count, 0)) + "\(number)"
        let name = ([digits] + runs).joined(separator: "+")
        let source = "\(Version.text), runs \(runs.joined(separator: ", "))"
        guard let cassette = session.recorded(as: name, from: source) else { return }
        try folder.save(cassette)
    }

    /// Everything that was kept of `run`, in order; nil when nothing was.
    static func cassette(of run: RunID, beside journal: String, as name: String) throws(CassetteFailure) -> Cassette? {
        let (folder, wanted) = (folder(beside: journal), plain(run.description))
        var whole: Cassette?
        for kept in folder.names() where kept.split(separator: "+").dropFirst().contains(Substring(wanted)) {
            let piece = try folder.load(kept)
            if whole == nil {
                whole = Cassette(name: name, origin: piece.origin, matching: piece.matching)
            }
            for interaction in piece.interactions {
                var interaction = interaction
                interaction.title = ""
                whole?.append(interaction)
            }
        }
        return whole?.withStandIns().repeatingPolls()
    }

    private static func folder(beside journal: String) -> CassetteFolder {
        CassetteFolder(path: journal + ".exchanges", isPrivate: true)
    }

    private static func plain(_ run: String) -> String {
        String(run.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "_" })
    }
}
