internal import Foundation
internal import SlipwayBase

/// Names that tell a secret, whatever it looks like.
enum SecretNames {
    /// Whether the text of the JSON member or form field called `name` is a secret.
    static func isSecret(_ name: String, _ value: String) -> Bool {
        guard value.utf8.contains(where: \.isWordByte), !isMasked(value) else { return false }
        let name = name.lowercased()
        if always.contains(name) { return true }
        if codes.contains(name) { return isOpaque(value) }
        return name == "auth" && value.utf8.count >= 8 && isEncodedPair(value)
    }

    /// Whether the setting called `name`, such as an environment variable, is one that people keep secrets in.
    static func isSecret(setting name: String, _ value: String) -> Bool {
        guard !value.isEmpty, !isMasked(value), !harmless.contains(value.lowercased()), !value.hasPrefix("/"),
            !value.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return false }
        let name = name.lowercased()
        return words.contains { name.contains($0) }
    }

    /// Whether a mask of ours stands there.
    static func isMasked(_ value: String) -> Bool { value.contains("[masked") || value == kubeconfigMask }

    /// Stands in kubeconfigs, where brackets would be a list and keys are read as base64: `masked`.
    static let kubeconfigMask = "bWFza2Vk"

    /// Long, in one piece, and of capitals, small letters and digits alike, as keys and signatures are.
    private static func isOpaque(_ value: String) -> Bool {
        let bytes = value.utf8
        guard bytes.count >= 32, bytes.allSatisfy({ $0.isWordByte || "-_%+=/".utf8.contains($0) }) else { return false }
        return bytes.contains { (0x30...0x39).contains($0) } && bytes.contains { (0x41...0x5A).contains($0) }
            && bytes.contains { (0x61...0x7A).contains($0) }
    }

    /// `user:password` in base64, as registries want it.
    private static func isEncodedPair(_ value: String) -> Bool {
        guard let data = Data(base64Encoded: value), let text = String(data: data, encoding: .utf8) else {
            return false
        }
        return text.contains(":")
    }

    private static let always: Set<String> = [
        "token", "access_token", "accesstoken", "refresh_token", "refreshtoken", "id_token", "idtoken",
        "client_secret", "clientsecret", "client_assertion", "assertion", "device_code", "code_verifier", "password",
        "passwd", "adminpassword", "administratorloginpassword", "publishingpassword", "userpwd", "secretaccesskey",
        "sessiontoken", "client-key-data", "clientkeydata", "connectionstring", "primaryconnectionstring",
        "secondaryconnectionstring", "accountkey", "sharedaccesskey", "primarykey", "secondarykey", "masterkey",
        "storageaccountaccesskey", "instrumentationkey", "apikey", "api_key", "privatekey", "private_key", "pfxblob",
        "secretkey", "secret_key", "identitytoken", "registrytoken", "x-amz-signature", "x-amz-security-token",
        "x-amz-credential", "accesskeysecret", "saskey", "workspacekey",
    ]

    /// Names that mean much else as well: only a long, opaque value is a secret.
    private static let codes: Set<String> = ["code", "key", "s", "secret", "apitoken", "bearer"]

    private static let words = [
        "password", "passwd", "secret", "token", "apikey", "api_key", "access_key", "accesskey", "private_key",
        "connectionstring", "connection_string", "credential", "database_url",
    ]

    private static let harmless: Set<String> = ["true", "false", "null", "none", "enabled", "disabled"]
}
