internal import HTTPTypes
internal import SlipwayBase
internal import SlipwayHTTP

extension CassetteMismatch {
    /// A recording that may be the nearest.
    struct Candidate {
        var place: RecordedPlace
        var key: RequestKey
        /// Which of the ways to compare is its cassette's.
        var matching: Int
    }

    /// Finds the nearest of `candidates`; for each way to compare there is the request's key.
    init(
        _ request: RecordedRequest,
        timesRecorded: Int,
        candidates: [Candidate],
        ways: [(matching: Matching, sent: RequestKey)]
    ) {
        kind = timesRecorded == 0 ? .neverRecorded : .alreadyPlayed(times: timesRecorded)
        self.request = Secrets.masked("\(request.method.rawValue) \(request.target)").printable(max: 240)
        if let origin = request.origin, candidates.contains(where: { $0.key.origin != nil }) {
            self.request += " at \(origin)"
        }
        var best: (place: RecordedPlace, differences: [Difference])?
        // Another path or method weighs more than all else, so that the nearest is the same call if there is one.
        let costs = candidates.map { Self.cost(ways[$0.matching].sent, $0.key) }
        let least = costs.min() ?? 0
        for (candidate, cost) in zip(candidates, costs) where cost == least {
            let count = best?.differences.count ?? .max
            let way = ways[candidate.matching]
            let found = Self.differences(way.sent, candidate.key, way.matching, countMax: count)
            if found.count < count { best = (candidate.place, found) }
            if found.isEmpty { break }
        }
        (nearest, differences) = (best?.place, best?.differences ?? [])
    }

    private static func cost(_ sent: RequestKey, _ recorded: RequestKey) -> Int {
        var shared = 0
        for (one, other) in zip(sent.path, recorded.path) where one == other { shared += 1 }
        let segments = max(sent.path.count, recorded.path.count) - shared
        let isElsewhere = recorded.origin != nil && sent.origin != recorded.origin
        return segments * 4 + (sent.method == recorded.method ? 0 : 6) + (isElsewhere ? 1 : 0)
    }

    /// At most `countMax` of the differences: of what is farther away than the nearest, nobody asks how far.
    private static func differences(
        _ sent: RequestKey,
        _ recorded: RequestKey,
        _ matching: Matching,
        countMax: Int
    ) -> [Difference] {
        var list = Differences(countMax: countMax)
        if let origin = recorded.origin {
            list.compare("origin", sent.origin?.description, origin.description)
        }
        list.compare("method", sent.method, recorded.method)
        list.compare("path", sent.path.joined(separator: "/"), recorded.path.joined(separator: "/"))
        list.compare("query", sent.query, recorded.query)
        for (index, name) in matching.headers.enumerated() where index < min(sent.headers.count, recorded.headers.count)
        {
            list.compare("header \(name)", sent.headers[index], recorded.headers[index])
        }
        list.compare(sent.body, recorded.body)
        return list.found
    }
}
