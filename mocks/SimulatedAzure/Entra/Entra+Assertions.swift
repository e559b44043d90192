import SlipwayBase

extension Entra {
    /// Checks what a client shows in place of a secret: a token that its own key has signed, or one of somebody else
    /// whom the directory believes.
    func check(
        _ assertion: String,
        of client: AzureClient,
        at now: Timestamp,
        endpoint: String
    ) throws(EntraFault) {
        let parts = assertion.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let head = Self.json(parts[0]), let claims = Self.json(parts[1]) else {
            throw .assertion(50_027, "JWT token is invalid or malformed.")
        }
        if let end = claims["exp"]?.int, Int64(end) <= now.seconds {
            throw .assertion(
                700_024,
                "Client assertion is not within its valid time range. Current time: \(now.rfc3339Seconds), expiry time of "
                    + "assertion \(Timestamp(milliseconds: Int64(end) * 1000).rfc3339Seconds)."
            )
        }
        if claims["iss"]?.string == client.id {
            try checkSigned(assertion, head, claims, of: client, endpoint: endpoint)
        } else {
            try checkFederated(claims, of: client)
        }
    }

    private static func json(_ part: Substring) -> JSON? { unbase64(part).flatMap { try? JSON(parsing: $0) } }

    private func checkFederated(_ claims: JSON, of client: AzureClient) throws(EntraFault) {
        guard claims["exp"] != nil else { throw .assertion(50_027, "JWT token is invalid: it has no expiry.") }
        let audiences = claims["aud"]?.array?.compactMap(\.string) ?? [claims["aud"]?.string ?? ""]
        let (issuer, subject) = (claims["iss"]?.string ?? "", claims["sub"]?.string ?? "")
        guard client.federations.contains(where: { $0.issuer == issuer }) else {
            throw .assertion(
                700_211,
                "No matching federated identity record found for presented assertion issuer '\(issuer.printable(max: 200))'."
            )
        }
        guard client.federations.contains(where: { $0.issuer == issuer && $0.subject == subject }) else {
            throw .assertion(
                700_213,
                "No matching federated identity record found for presented assertion subject "
                    + "'\(subject.printable(max: 200))'."
            )
        }
        let isMeant = client.federations.contains {
            $0.issuer == issuer && $0.subject == subject && audiences.contains($0.audience)
        }
        guard isMeant else {
            throw .assertion(700_212, "No matching federated identity record found for presented assertion audience.")
        }
    }

    private func checkSigned(
        _ assertion: String,
        _ head: JSON,
        _ claims: JSON,
        of client: AzureClient,
        endpoint: String
    ) throws(EntraFault) {
        guard claims["sub"]?.string == client.id, claims["aud"]?.string == endpoint else {
            throw .assertion(700_023, "Client assertion audience claim does not match Realm issuer.")
        }
    }
}
