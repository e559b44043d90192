extension SecretForm {
    /// The forms of the platforms that are recorded, and of what people keep in their settings.
    static let all: [SecretForm] = tokens + keys + values + elements

    private static let tokens = [
        SecretForm("eyJ", "JSON Web Token", mask: "[masked token]", .webToken),
        SecretForm("earer ", "bearer token", mask: "earer [masked]", .opaque),
        SecretForm("Basic ", "basic credentials", mask: "Basic [masked]", .opaque, isWhole: true),
        token("ghp_", "GitHub token", 36), token("gho_", "GitHub token", 36), token("ghu_", "GitHub token", 36),
        token("ghs_", "GitHub token", 36), token("github_pat_", "GitHub token", 40),
        token("glpat-", "GitLab token", 20), token("npm_", "npm token", 36), token("pypi-", "PyPI token", 50),
        token("xoxb-", "Slack token", 20), token("xoxp-", "Slack token", 20), token("xapp-", "Slack token", 20),
        token("AIza", "Google API key", 35), token("ya29.", "Google access token", 30),
        token("sk_live_", "Stripe key", 20), token("rk_live_", "Stripe key", 20),
        token("dckr_pat_", "Docker token", 20), token("hvs.", "Vault token", 24),
        SecretForm(
            "hooks.slack.com/services/",
            "Slack webhook",
            mask: "hooks.slack.com/services/[masked]",
            .run(20, also: "/")
        ),
    ]

    private static let keys = [
        SecretForm("-----BEGIN ", "private key", mask: "[masked private key]", .key),
        SecretForm("LS0tLS1CRUdJTi", "private key", mask: "[masked private key]", .encodedKey),
        SecretForm("AKIA", "AWS access key", mask: "[masked access key]", .capitals(16)),
        SecretForm("ASIA", "AWS access key", mask: "[masked access key]", .capitals(16)),
        SecretForm("IQoJb3JpZ2lu", "AWS session token", mask: "[masked token]", .run(60, also: "/+=%")),
        SecretForm("FwoGZXIvYXdz", "AWS session token", mask: "[masked token]", .run(60, also: "/+=%")),
    ]

    /// A name, and after it a value of which at most the length tells.
    private static let values = [
        SecretForm("sig=", "shared access signature", mask: "sig=[masked]", .run(20, also: "%/+=")),
        // What the resource manager signs is an address whose query has `t`, `c`, `s` and `h`.
        SecretForm("&s=", "signature of an operation", mask: "&s=[masked]", .run(16, also: "%")),
        SecretForm("Signature=", "request signature", mask: "Signature=[masked]", .run(32, also: "%/+=")),
        setting("AccountKey", "storage account key"), setting("SharedAccessKey", "shared access key"),
        setting("SharedAccessSignature", "shared access signature"),
        setting("Password", "password setting"), setting("Pwd", "password setting"),
        setting("InstrumentationKey", "instrumentation key"),
        SecretForm(
            "userPWD=\"",
            "password of a publish profile",
            mask: "userPWD=\"[masked]",
            .until("\""),
            anyCase: true
        ),
    ]

    private static let elements = [
        "SecretAccessKey", "SessionToken", "Password", "MasterUserPassword", "ClientSecret", "SecretKey", "PrimaryKey",
        "SecondaryKey",
    ].map { SecretForm("<\($0)>", "element \($0)", mask: "<\($0)>[masked]", .until("<")) }

    private static func token(_ prefix: String, _ name: String, _ least: Int) -> SecretForm {
        SecretForm(prefix, name, mask: "[masked token]", .run(least, also: ""), isWhole: true)
    }

    private static func setting(_ key: String, _ name: String) -> SecretForm {
        SecretForm(key + "=", name, mask: "\(key)=[masked]", .value, anyCase: true, isWhole: true)
    }
}
