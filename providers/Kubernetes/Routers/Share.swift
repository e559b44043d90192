import SlipwayModel

/// How one rule of a route shares its traffic between the two fleets; nil where it does not name a fleet's Service.
struct Share {
    /// Where the rule stands in its route.
    var index: Int
    var stable: (index: Int, weight: Int)?
    var candidate: (index: Int, weight: Int)?

    init(index: Int) { self.index = index }

    /// The candidate's part in percent, rounded down.
    var percent: Int {
        let candidate = candidate?.weight ?? 0
        let total = candidate + (stable?.weight ?? 0)
        return total == 0 ? 0 : candidate * 100 / total
    }

    /// The two fleets' places in the rule, with the Service and the weight each is to have at `percent`.
    func sides(_ roles: Roles, _ percent: Int) -> [(place: (index: Int, weight: Int)?, service: String, weight: Int)] {
        [(stable, roles.stable.service, 100 - percent), (candidate, roles.candidate.service, percent)]
    }
}

extension [Share] {
    /// The part on which all rules agree; `key` is what names one of them in the config.
    func agreed(_ words: String, key: String) throws(ProviderFailure) -> Int {
        let percents = Set(map(\.percent))
        guard percents.count == 1, let percent = percents.first else {
            throw ProviderFailure(
                .refused,
                "the rules of \(words) share traffic in different ways; name the one that is ours with `\(key):`."
            )
        }
        return percent
    }
}
