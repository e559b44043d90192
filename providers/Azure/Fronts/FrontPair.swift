/// An origin or endpoint as a front lists it.
protocol FrontMember {
    var name: String { get }
    var side: FrontSide { get }
}

/// Our two among all that a front has; names of Azure know no case.
struct FrontPair<Member: FrontMember> {
    var stable: Member
    var candidate: Member

    init(
        _ members: [Member],
        _ stable: String,
        _ candidate: String,
        kind: String,
        of words: String,
        _ call: String
    ) throws(AzureFailure) {
        func find(_ name: String) throws(AzureFailure) -> Member {
            if let member = members.first(where: { $0.name.lowercased() == name.lowercased() }) { return member }
            throw AzureFailure.missing(kind, name, of: words, among: members.map(\.name), call)
        }
        (self.stable, self.candidate) = (try find(stable), try find(candidate))
    }

    /// Those that are not ours.
    func others(of members: [Member]) -> [Member] {
        members.filter { $0.name != stable.name && $0.name != candidate.name }
    }
}
