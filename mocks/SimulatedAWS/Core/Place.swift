/// Where resources live that other accounts and regions do not see.
struct Place: Hashable, Sendable {
    /// The account, twelve digits.
    var account: String
    /// The region, such as `us-east-1`.
    var region: String
}

/// A name within a place.
struct PlacedName: Hashable, Sendable {
    /// The place.
    var place: Place
    /// The name.
    var name: String
}
