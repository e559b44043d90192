internal import SlipwayBase

/// Which stand-in is which real name, while cassettes are played.
///
/// Real names that nobody has met yet take the stand-ins of their kind in the order in which the recording met them.
struct StandIns {
    private var waiting: [RealName.Kind: [String]] = [:]
    /// From real names to stand-ins.
    private(set) var table: [String: String] = [:]
    private var toStandIns = Renaming([:])
    private var toReal = Renaming([:])

    /// The stand-ins in `interactions`; `known` says of some which real names they are.
    init(of interactions: [Interaction], known: [String: String] = [:]) {
        var scanner = NameScanner()
        for interaction in interactions {
            scanner.scan(interaction.request)
            scanner.scan(interaction.outcome)
        }
        for name in scanner.found where name.isStandIn && known[name.text] == nil {
            waiting[name.kind, default: []].append(name.text)
        }
        table = Dictionary(known.map { ($1.lowercased(), $0) }) { first, _ in first }
        settle()
    }

    /// The stand-ins whose real names nobody knows yet.
    var unnamed: [String] { waiting.values.flatMap(\.self).sorted() }

    /// The request with stand-ins for the real names in it.
    mutating func standIns(in request: RecordedRequest) -> RecordedRequest {
        if !waiting.isEmpty {
            var scanner = NameScanner()
            scanner.scan(request)
            for name in scanner.found { meet(name) }
        }
        return toStandIns(request)
    }

    /// The outcome with real names for the stand-ins in it.
    func realNames(in outcome: RecordedOutcome) -> RecordedOutcome { toReal(outcome) }

    private mutating func meet(_ name: RealName) {
        guard var free = waiting[name.kind] else { return }
        if name.isStandIn {
            // Whoever asks knows the stand-in itself: nobody else can be meant by it.
            free.removeAll { $0 == name.text }
        } else if table[name.text] == nil, !free.isEmpty {
            table[name.text] = free.removeFirst()
            settle()
        }
        waiting[name.kind] = free.isEmpty ? nil : free
    }

    private mutating func settle() {
        toStandIns = Renaming(table)
        toReal = Renaming(Dictionary(table.map { ($1, $0) }) { first, _ in first })
    }
}

extension Cassette {
    /// The cassette with stand-ins for the accounts, subscriptions, tenants, principals, hosts and holders of
    /// locks in it, the same one for the same name wherever it stands, so that every request still follows from the
    /// answers before it.
    ///
    /// Doing it twice changes nothing. Regions, platforms' own hosts and names of resources stay.
    public func withStandIns() -> Cassette { withStandIns(beside: [:]) }

    /// `names` are real names that have stand-ins already.
    func withStandIns(beside names: [String: String]) -> Cassette {
        var scanner = NameScanner()
        for interaction in interactions {
            scanner.scan(interaction.request)
            scanner.scan(interaction.outcome)
        }
        var table = names
        var taken = Set(scanner.found.filter(\.isStandIn).map(\.text)).union(names.values)
        for name in scanner.found where !name.isStandIn && table[name.text] == nil {
            var number = 1
            while taken.contains(RealName.standIn(name.kind, number)) { number += 1 }
            table[name.text] = RealName.standIn(name.kind, number)
            taken.insert(RealName.standIn(name.kind, number))
        }
        let renaming = Renaming(table)
        guard !renaming.isEmpty else { return self }
        var cassette = self
        cassette.origin.source = renaming(origin.source)
        cassette.origin.note = origin.note.map { renaming($0) }
        for index in interactions.indices {
            cassette.interactions[index].id = renaming(interactions[index].id)
            cassette.interactions[index].title = renaming(interactions[index].title)
            cassette.interactions[index].caller = interactions[index].caller.map { renaming($0) }
            cassette.interactions[index].request = renaming(interactions[index].request)
            cassette.interactions[index].outcome = renaming(interactions[index].outcome)
        }
        return cassette
    }
}
