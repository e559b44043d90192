public import SlipwayBase
public import SlipwayHTTP

/// A container of a storage account: where small records lie.
public struct BlobContainer: Hashable, Sendable, CustomStringConvertible {
    /// The storage account's blob service.
    public let origin: Origin
    /// The path of the container, such as `/locks`.
    let path: String

    /// Reads the address of a container, such as `https://shopstate.blob.core.windows.net/locks`; an emulator on this
    /// machine has its account before it. Throws a sentence that says what is wrong with it, without repeating it.
    ///
    /// An address with a query is refused: a signed one is a secret, and none is needed.
    public init(url: String) throws(InputFailure) {
        guard let (origin, target) = Origin.split(url), origin.scheme == "https" || origin.isLoopback else {
            throw InputFailure("a container is an https address, such as https://account.blob.core.windows.net/locks")
        }
        guard !url.contains("?"), !url.contains("#") else {
            throw InputFailure("the address of a container has no query; access is given to the identity, not by SAS")
        }
        let names = target.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard (1...(origin.isLoopback ? 2 : 1)).contains(names.count), names.allSatisfy(Self.isName) else {
            throw InputFailure(
                "the address of a container ends with its name: 3 to 63 lower-case letters, digits and hyphens"
            )
        }
        (self.origin, path) = (origin, target)
    }

    /// The address.
    public var description: String { origin.description + path }

    /// Its name in the account.
    public var name: String { path.split(separator: "/").last.map(String.init) ?? "" }

    /// Path of the blob `name` as it goes on the wire.
    func target(of name: String) -> String { "\(path)/\(name.percentEncoded(keeping: "/"))" }

    /// Source: Microsoft's rules for the names of containers.
    private static func isName(_ name: Substring) -> Bool {
        let isPlain = name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        return isPlain && (3...63).contains(name.utf8.count) && !name.hasPrefix("-") && !name.hasSuffix("-")
            && !name.contains("--")
    }
}
