public import SlipwayBase

/// Something about a cassette that a person should see to.
public struct CassetteFinding: Hashable, Sendable, CustomStringConvertible {
    /// What it is about.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A secret stands in it.
        case secret
        /// It cannot be read.
        case schema
        /// A body file beside it is named by nothing.
        case orphan
        /// An interaction that no client can come to.
        case unreachable
        /// An operation or a page that an answer leads to and that was not recorded.
        case chain
        /// It was recorded long ago.
        case age
    }

    /// What it is about.
    public var kind: Kind
    /// Whether the cassette is refused for it.
    public var severity: Diagnostic.Severity
    /// The name of the cassette.
    public var cassette: String
    /// Where and what, in one sentence without the secret itself.
    public var message: String

    /// `kubernetes/lease: error: secret: renew response: JSON Web Token at spec.token`
    public var description: String { "\(cassette): \(severity.rawValue): \(kind.rawValue): \(message)" }
}

extension Cassette {
    /// Everything about this cassette that a person should see to: secrets, what is unreachable, broken chains, age.
    ///
    /// `now` is compared with the day it was recorded; `ageDaysMax` is how old it may be.
    public func findings(now: Timestamp, ageDaysMax: Int = 365) -> [CassetteFinding] {
        let secrets = secrets().map {
            finding(.secret, .error, "\($0.description); mask it, and make the secret invalid")
        }
        return secrets + repeats + chains + age(now, ageDaysMax)
    }

    func finding(_ kind: CassetteFinding.Kind, _ severity: Diagnostic.Severity, _ message: String) -> CassetteFinding {
        CassetteFinding(kind: kind, severity: severity, cassette: name, message: message.printable(max: 400))
    }

    /// What comes after an answer that is repeated without end is never given.
    private var repeats: [CassetteFinding] {
        var last: [RequestKey: Int] = [:]
        let keys = interactions.map { RequestKey($0.request, matching: matching) }
        for (index, key) in keys.enumerated() { last[key] = index }
        return interactions.indices.filter { interactions[$0].repeats && last[keys[$0]] != $0 }.map { index in
            let next = interactions[last[keys[index]] ?? index].id
            return finding(
                .unreachable,
                .warning,
                "\(interactions[index].id) repeats, and \(next) has the same request: take repeats off, or \(next) away"
            )
        }
    }

    private func age(_ now: Timestamp, _ daysMax: Int) -> [CassetteFinding] {
        guard let recordedAt = origin.recordedAt else { return [] }
        guard let time = Timestamp(rfc3339: recordedAt) else {
            return [finding(.age, .warning, "recordedAt is no time: \(recordedAt)")]
        }
        let days = (now - time).milliseconds / 86_400_000
        guard days > daysMax else { return [] }
        return [finding(.age, .warning, "it was recorded \(days) days ago: compare it with `slipway cassette diff`")]
    }
}

extension CassetteFolder {
    /// The findings of every cassette in the folder, those that cannot be read and files that belong to none included.
    public func findings(now: Timestamp, ageDaysMax: Int = 365) -> [CassetteFinding] {
        names().flatMap { findings(of: $0, now: now, ageDaysMax: ageDaysMax) }
    }

    /// The findings of one cassette in the folder.
    public func findings(of name: String, now: Timestamp, ageDaysMax: Int = 365) -> [CassetteFinding] {
        let cassette: Cassette
        do throws(CassetteFailure) { cassette = try load(name) } catch {
            return [CassetteFinding(kind: .schema, severity: .error, cassette: name, message: error.problem)]
        }
        let orphans = orphans(of: cassette).map { file in
            cassette.finding(.orphan, .error, "\(file) is named by no body: remove it, or save the cassette again")
        }
        return cassette.findings(now: now, ageDaysMax: ageDaysMax) + orphans
    }
}
