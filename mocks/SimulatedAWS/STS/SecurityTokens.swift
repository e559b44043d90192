import SlipwayBase
import SlipwayHTTP

/// The Security Token Service: who somebody is, and temporary keys for roles.
struct SecurityTokens: Sendable {
    static let namespace = "https://sts.amazonaws.com/doc/2011-06-15/"

    /// How long temporary keys may be asked for.
    static let lifeSeconds = 900...43_200

    /// Roles that nobody may assume, by ARN.
    var deniedRoles: Set<String> = []
    /// Web identity tokens that are refused.
    var deniedIdentities: Set<String> = []
}

extension AWSWorld {
    /// Refuses everybody who wants to assume a role from now on.
    public mutating func denyRole(_ arn: String) { tokens.deniedRoles.insert(arn) }

    /// Refuses a web identity token from now on.
    public mutating func denyWebIdentity(_ token: String) { tokens.deniedIdentities.insert(token) }

    /// Answers one operation of the Security Token Service.
    mutating func respond(toTokenRequest call: ServiceRequest, by caller: Caller?) -> Response {
        do throws(ServiceFault) {
            let action = call.parameters["Action"] ?? ""
            switch (action, caller) {
            case ("GetCallerIdentity", let caller?):
                return QueryAnswer.response(
                    action,
                    namespace: SecurityTokens.namespace,
                    requestID: call.requestID
                ) { xml in
                    xml.text("Arn", caller.arn)
                    xml.text("UserId", caller.userID)
                    xml.text("Account", caller.account)
                }
            case ("AssumeRole", let caller?): return try assumeRole(call, by: caller)
            case ("AssumeRoleWithWebIdentity", _): return try assumeRole(call, by: nil)
            default:
                throw ServiceFault("InvalidAction", "Could not find operation \(action) for version 2011-06-15")
            }
        } catch {
            return error.queryResponse(namespace: SecurityTokens.namespace, requestID: call.requestID)
        }
    }

    private mutating func assumeRole(_ call: ServiceRequest, by caller: Caller?) throws(ServiceFault) -> Response {
        let role = try call.required("RoleArn", 20...2048)
        let session = try call.required("RoleSessionName", 2...64)
        let seconds = try call.number("DurationSeconds", SecurityTokens.lifeSeconds) ?? 3600
        let identity = caller == nil ? try call.required("WebIdentityToken", 4...20_000) : nil
        if let identity, tokens.deniedIdentities.contains(identity) {
            throw ServiceFault("InvalidIdentityToken", "The ID Token provided is not a valid JWT.")
        }
        let parts = role.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[2] == "iam", parts[4].count == 12,
            parts[5].hasPrefix("role/"), let name = parts[5].split(separator: "/").last
        else { throw ServiceFault("ValidationError", "\(role) is invalid") }
        guard !tokens.deniedRoles.contains(role) else {
            let who = caller.map { "User: \($0.arn) is not" } ?? "Not"
            let action = caller == nil ? "sts:AssumeRoleWithWebIdentity" : "sts:AssumeRole"
            throw ServiceFault(
                "AccessDenied",
                "\(who) authorized to perform: \(action)" + (caller == nil ? "" : " on resource: \(role)"),
                status: 403
            )
        }
        let roleID = "AROA" + naming.capitals(17)
        let key = temporaryKey(account: String(parts[4]), role: String(name), session: session, roleID, seconds)
        keys[key.id] = key
        return answer(call, key, roleID: roleID, session: session, isFederated: caller == nil)
    }

    private mutating func temporaryKey(
        account: String,
        role: String,
        session: String,
        _ roleID: String,
        _ seconds: Int
    ) -> AccessKey {
        var key = AccessKey(
            "ASIA" + naming.capitals(16),
            secret: Secret(naming.letters(12) + naming.letters(12) + naming.letters(12) + naming.letters(4)),
            account: account,
            user: role
        )
        key.sessionToken = Secret("IQoJb3JpZ2luX2Vj" + naming.letters(12) + naming.letters(12) + "//EXAMPLE==")
        key.expires = callersNow + .seconds(seconds)
        key.caller.arn = "arn:aws:sts::\(account):assumed-role/\(role)/\(session)"
        key.caller.userID = "\(roleID):\(session)"
        return key
    }

    private func answer(
        _ call: ServiceRequest,
        _ key: AccessKey,
        roleID: String,
        session: String,
        isFederated: Bool
    ) -> Response {
        QueryAnswer.response(
            call.parameters["Action"] ?? "",
            namespace: SecurityTokens.namespace,
            requestID: call.requestID
        ) { xml in
            xml.element("Credentials") { xml in
                xml.text("AccessKeyId", key.id)
                xml.text("SecretAccessKey", key.secret.reveal())
                xml.text("SessionToken", key.sessionToken?.reveal())
                xml.text("Expiration", key.expires?.rfc3339Seconds)
            }
            if isFederated {
                xml.text("SubjectFromWebIdentityToken", "subject")
                xml.text("Audience", call.parameters.text("ProviderId") ?? "sts.amazonaws.com")
            }
            xml.element("AssumedRoleUser") { xml in
                xml.text("AssumedRoleId", "\(roleID):\(session)")
                xml.text("Arn", key.caller.arn)
            }
        }
    }
}
