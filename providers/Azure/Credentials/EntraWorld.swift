import SlipwayAccess
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning

/// What the places reach the world through.
struct EntraWorld: Sendable {
    let environment: AccessEnvironment
    let calls: EntraCalls
    let cloud: AzureCloud
    /// The tenant that the target names.
    let pin: String?
    private let count = Locked(0)

    init(_ environment: AccessEnvironment, calls: EntraCalls, cloud: AzureCloud, pin: String?) {
        (self.environment, self.calls, self.cloud, self.pin) = (environment, calls, cloud, pin)
    }

    var now: Timestamp { environment.time.now }

    /// The tenant that tokens are asked of: the environment's, which must not contradict the target's, or the target's.
    func tenant(for what: String) throws(CredentialFailure) -> String {
        guard let name = environment.filled("AZURE_TENANT_ID") else {
            guard let pin else {
                throw .broken("\(what), and no tenant is named; set AZURE_TENANT_ID, or `tenant:` at the target")
            }
            return pin
        }
        guard EntraText.isTenant(name) else {
            throw .broken("AZURE_TENANT_ID is no tenant; it is a GUID, or a domain such as contoso.onmicrosoft.com")
        }
        if let pin, EntraText.isGUID(name), name.lowercased() != pin {
            throw .broken(
                "the target is for tenant \(pin), and AZURE_TENANT_ID is \(name.lowercased()); correct one of them"
            )
        }
        return name
    }

    /// The application in `AZURE_CLIENT_ID`, which `what` needs.
    func client(for what: String) throws(CredentialFailure) -> String {
        guard let id = environment.filled("AZURE_CLIENT_ID") else {
            throw .broken("\(what), and AZURE_CLIENT_ID is not; set it to the application's (client) ID")
        }
        guard EntraText.isGUID(id) else {
            throw .broken("AZURE_CLIENT_ID is not the ID of an application, which is a GUID")
        }
        return id
    }

    /// Reads a file anew, byte for byte.
    func file(_ path: String, as what: String) throws(CredentialFailure) -> AccessEnvironment.File {
        do throws(AccessEnvironment.FileFailure) {
            return try environment.readFile(environment.expanded(path), Limits.configBytesMax)
        } catch {
            throw .broken("\(what) \(path.printable(max: 300)) \(error.words)")
        }
    }

    /// A number that no other assertion of this run bears.
    func assertionID(_ parts: String...) -> String {
        let number = count.withLock { count in
            count += 1
            return count
        }
        let text = (parts + ["\(now.milliseconds)", "\(number)"]).joined(separator: "\n")
        return String(SHA256.hexDigest(of: text).prefix(32))
    }
}

/// The forms of Entra's names.
enum EntraText {
    /// `8-4-4-4-12` hexadecimal digits.
    static func isGUID(_ text: String) -> Bool {
        let groups = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        return groups.map(\.count) == [8, 4, 4, 4, 12]
            && groups.allSatisfy { $0.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20) } }
    }

    /// A GUID or a domain: what may stand in the path of the token endpoint.
    static func isTenant(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 253 && !text.hasPrefix(".")
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == 0x2D || $0 == 0x2E
            }
    }

    /// One word that may stand in a header or a form: what a token is made of.
    static func isWord(_ text: String) -> Bool { !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) } }

    /// `text` without white space around it.
    static func trimmed(_ text: String) -> String {
        let isSpace: (Character) -> Bool = { $0.isWhitespace }
        return String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}

extension AccessEnvironment {
    /// Whether a switch is on.
    func isOn(_ name: String) -> Bool { ["true", "1"].contains(variable(name)?.lowercased()) }
}
