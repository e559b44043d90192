import SlipwayBase
import SlipwaySigning

extension Entra {
    /// Checks what a client shows in place of a secret: a token that its own key has signed, or one of somebody else
    /// whom the directory believes.
    func check(
        _ assertion: String,
        of client: AzureClient,
        at now: Timestamp,
        endpoint: String
    ) throws(EntraFault) {
        guard let token = JSONWebToken(parsing: assertion) else {
            throw .assertion(50_027, "JWT token is invalid or malformed.")
        }
        try checkTime(token.claims, at: now)
        if token.claims["iss"]?.string?.names(client.id) == true {
            try checkSigned(token, of: client, at: now, endpoint: endpoint)
        } else {
            try checkFederated(token.claims, of: client)
        }
    }

    /// Clocks may differ by so many seconds.
    private static let skewSeconds: Int64 = 300

    private func checkTime(_ claims: JSON, at now: Timestamp) throws(EntraFault) {
        let end = claims["exp"]?.int.map(Int64.init) ?? 0
        let begin = claims["nbf"]?.int.map(Int64.init) ?? 0
        guard end + Self.skewSeconds <= now.seconds || begin - Self.skewSeconds > now.seconds else { return }
        throw .assertion(
            700_024,
            "Client assertion is not within its valid time range. Current time: \(now.rfc3339Seconds), expiry time of "
                + "assertion \(Timestamp(milliseconds: end * 1000).rfc3339Seconds). Review the documentation at "
                + "https://learn.microsoft.com/entra/identity-platform/certificate-credentials ."
        )
    }

    private func checkFederated(_ claims: JSON, of client: AzureClient) throws(EntraFault) {
        let audiences = claims["aud"]?.array?.compactMap(\.string) ?? [claims["aud"]?.string ?? ""]
        let (issuer, subject) = (claims["iss"]?.string ?? "", claims["sub"]?.string ?? "")
        let known = client.federations.filter { $0.issuer == issuer }
        func missing(_ code: Int, _ what: String, _ value: String) -> EntraFault {
            .assertion(
                code,
                "No matching federated identity record found for presented assertion \(what) "
                    + "'\(value.printable(max: 200))'. Check your federated identity credential Subject, Audience and "
                    + "Issuer against the presented assertion."
            )
        }
        if known.isEmpty { throw missing(700_211, "issuer", issuer) }
        guard known.contains(where: { $0.subject == subject }) else { throw missing(700_213, "subject", subject) }
        guard known.contains(where: { $0.subject == subject && audiences.contains($0.audience) }) else {
            throw missing(700_212, "audience", audiences.first ?? "")
        }
    }

    private func checkSigned(
        _ token: JSONWebToken,
        of client: AzureClient,
        at now: Timestamp,
        endpoint: String
    ) throws(EntraFault) {
        guard token.claims["sub"]?.string?.names(client.id) == true else {
            throw .assertion(700_021, "Client assertion application identifier doesn't match 'client_id' parameter.")
        }
        guard token.claims["aud"]?.string?.names(endpoint) == true else {
            throw .assertion(700_023, "Client assertion audience claim does not match Realm issuer.")
        }
        guard let (pem, certificate) = certificate(named: token.header, of: client) else {
            throw .assertion(
                700_027,
                "The certificate with identifier used to sign the client assertion is not registered on application. "
                    + "[Reason - The key was not found.]"
            )
        }
        guard certificate.notBefore <= now, now < certificate.notAfter else {
            throw .assertion(
                700_027,
                "The certificate used to sign the client assertion is expired or not valid yet. [Reason - The key used "
                    + "is expired.]"
            )
        }
        let key = try? RSAPublicKey(pem: pem)
        guard let key, token.isSigned(by: key) else {
            throw .assertion(700_027, "Client assertion contains an invalid signature. [Reason - The key was found.]")
        }
    }

    /// The client's certificate that a header names: by its SHA-256, by its SHA-1, or by sending it along.
    private func certificate(named header: JSON, of client: AzureClient) -> ([UInt8], CertificateInfo)? {
        for pem in client.certificates {
            guard let certificate = try? CertificateInfo(pem: pem) else { continue }
            let names = [
                header["x5t#S256"]?.string.map { $0 == certificate.sha256Thumbprint },
                header["x5t"]?.string.map { $0 == certificate.sha1Thumbprint },
                header["x5c"]?[0]?.string.map { Digits.bytes(base64: $0) == certificate.der },
            ].compactMap { $0 }
            if !names.isEmpty, names.allSatisfy({ $0 }) { return (pem, certificate) }
        }
        return nil
    }
}
