public import SlipwayBase

extension AccessEnvironment {
    /// The PEM certificates that servers are verified with instead of the system's, where nothing nearer says which:
    /// those in the file that `SSL_CERT_FILE` names, as OpenSSL has it; nil takes the system's.
    ///
    /// Throws one sentence when the file cannot be read or holds no certificate.
    public func trustedAuthorities() throws(InputFailure) -> [UInt8]? {
        guard let path = filled("SSL_CERT_FILE") else { return nil }
        return try authorities(in: path, named: "SSL_CERT_FILE")
    }

    /// The PEM certificates in a file; throws one sentence, in which `place` says who named it, when it cannot be read
    /// or holds none.
    public func authorities(in path: String, named place: String) throws(InputFailure) -> [UInt8] {
        let file: File
        do throws(FileFailure) { file = try readFile(expanded(path), Limits.configBytesMax) } catch {
            throw InputFailure("\(place) names \(path.printable(max: 200)), which \(error.words)")
        }
        guard String(decoding: file.bytes, as: UTF8.self).contains("-----BEGIN CERTIFICATE-----") else {
            throw InputFailure("\(place) names \(path.printable(max: 200)), which holds no PEM certificate")
        }
        return file.bytes
    }
}
