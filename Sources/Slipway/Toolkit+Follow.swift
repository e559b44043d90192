public import SlipwayEngine
internal import SlipwayModel

extension Toolkit {
    /// Every event of a run as an update, in order.
    public func updates(of header: RunHeader) async throws(JournalFailure) -> [Update] {
        let records = try await journal().records(of: header.id, after: 0)
        guard let first = records.first else { return [] }
        var state = try RunState(replaying: [first])
        var updates = [Update(run: header.id, target: header.run.target, record: first, state: state)]
        for record in records.dropFirst() {
            try state.apply(record)
            updates.append(Update(run: header.id, target: header.run.target, record: record, state: state))
        }
        return updates
    }

    /// Watches a run that another process drives until it ends; nil when that process has gone before.
    public func follow(
        _ header: RunHeader,
        stop: StopRequest = StopRequest(),
        observer: @escaping Observer = { _ in }
    ) async throws(RunFailure) -> Verdict? {
        let time = time(of: header.run.target)
        var seen = 0
        while true {
            // Asked first: what the process wrote before it went is then read below.
            let isDriven: Bool
            do throws(ClaimFailure) { isDriven = try isClaimed(header.run.target, of: header.run.application) } catch {
                throw .claim(error)
            }
            let updates: [Update]
            do throws(JournalFailure) { updates = try await self.updates(of: header) } catch {
                throw .stopped(header.id, .journal(error))
            }
            // What was there before is only shown by where it led to.
            for update in seen == 0 ? updates.suffix(1) : updates.filter({ $0.record.sequence > seen }) {
                observer(update)
            }
            seen = updates.last?.record.sequence ?? seen
            if let verdict = updates.last?.state.verdict { return verdict }
            guard isDriven else { return nil }
            guard !stop.isRequested else { throw .unfollowed(header.id) }
            try? await time.sleep(for: .milliseconds(500))
        }
    }
}
