/// What becomes of requests, and of the cassette.
public enum CassetteMode: String, Hashable, Sendable, CaseIterable {
    /// Everything is answered from the cassette, nothing is sent: the default.
    case none
    /// A cassette that is there is played and nothing is sent; one that is not is recorded.
    case once
    /// What is in the cassette is played, and what is not is sent and added to it.
    case new
    /// Everything is sent, and the cassette replaced by what came back.
    case rewrite
    /// Everything is sent, and what came back compared with the cassette, which stays as it is.
    case diff
}
