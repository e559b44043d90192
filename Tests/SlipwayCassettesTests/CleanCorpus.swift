import SlipwayBase

/// What resembles a secret and is none, as it stands in answers of the platforms.
enum CleanCorpus {
    private static let digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    private static let subscription =
        "/subscriptions/3f2504e0-4f89-41d3-9a0c-0305e82c3301/resourceGroups/shop-rg/providers"

    /// Texts, each a whole body.
    static let texts = [
        // Words of prose and of protocols that secrets begin with.
        "Basic authentication is off; Bearer tokens are not", "design=none&token=&key=Name&code=200", "Signature=",
        "PasswordPolicy=strict", "<SecretAccessKey></SecretAccessKey>", "https://host:8443/a@b", "glpat-short",
        "npm_config_cache", "userPWD=\"\"", "hooks.slack.com/services/", "AccountKey=;", "token: a word of a sentence",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", "AKIA", "eyJ.eyJ.x", "Password=;Pwd=;",
        #"{"error":{"code":"AuthorizationFailed","message":"The client does not have a token: log in again."}}"#,
        #"data: {"token_type":"Bearer","password":"","secret":null}"#,
        // Identifiers.
        "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "arn:aws:iam::123456789012:role/Password", "arn:aws:elasticbeanstalk:eu-west-1::platform/Node.js 20/6.1.2",
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/edge/50dc6c495c0c9188/f2f7dc8efc522ab2",
        "i-0a1b2c3d4e5f67890 e-abcdefghij subnet-0123456789abcdef0 vpc-12ab34cd",
        "awseb-e-abcdefghij-stack-AWSEBLoad-1ABC",
        "<RequestId>7a62c49f-347e-4fc4-9331-6e8eEXAMPLE</RequestId><AccessKeyId></AccessKeyId>",
        "x-amz-id-2: eftixk72aD6Ap51TnqcoF8eFidJG9Z/2mkiDFu8yU9AS1ed4OpIszj7UDNEHGran",
        // Digests of what is public.
        digest, "registry.example.com/shop@sha256:\(digest)", "\"\(digest.prefix(32))\"", "W/\"0x8DC5A1B2C3D4E5F\"",
        "deadbeefcafebabe0123456789abcdef01234567 HEAD", "checksum/config: \(digest)",
        "Content-MD5: 1B2M2Y8AsgTpgAmY7PhCfg==",
        // Base64 of harmless text, of a certificate and of a picture.
        "SGVsbG8sIHdvcmxkISBUaGlzIGlzIGEgcGxhaW4gdGV4dCB0aGF0IG5vYm9keSBuZWVkcyB0byBoaWRlIGF0IGFsbC4u",
        "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUMrRENDQWVDZ0F3SUJBZ0lVTGs4bFE9PQotLS0tLUVORA==",
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
        // Pages and options.
        "tolerationSeconds=300&key=node.kubernetes.io/unreachable-for-a-very-long-time", "continue=eyJ2IjoibWV0YSJ9",
        "Action=DescribeEvents&NextToken=2b1c7f0e-6a5d-4c3b-9a8f-7e6d5c4b3a21&MaxRecords=100",
        "<member><OptionName>DB_PASSWORD</OptionName><Value></Value></member>",
        "<member><OptionName>InstanceType</OptionName><Value>t3.small</Value></member>",
        "<member><Namespace>aws:elasticbeanstalk:environment</Namespace><OptionName>ServiceRole</OptionName></member>",
        "https://management.azure.com\(subscription)/Microsoft.Web/sites/shop/operationresults/1?api-version=1",
        "postgres://shop@db.example.com:5432/shop", "?sv=2024-11-04&sr=c&sp=r&se=2026-11-21T00:00:00Z", "sig=[masked]",
    ]

    /// Documents, each a whole body.
    static let documents: [JSON] = [
        ["key": "node-role.kubernetes.io/control-plane", "secret": ["secretName": "x"]],
        ["code": "AuthorizationFailed"],
        ["env": [["name": "TOKEN_PATH", "value": "/var/run/secrets"], ["name": "USE_TOKEN", "value": "true"]]],
        ["env": [["name": "DB_PASSWORD", "valueFrom": ["secretKeyRef": ["name": "db", "key": "password"]]]]],
        ["kind": "Secret", "metadata": ["name": "password"]], ["auth": "none"], ["token": ""], ["password": .null],
        ["kind": "ConfigMap", "data": ["a": "b"]], ["nextToken": "abc", "tokenType": "Bearer"],
        ["metadata": ["uid": "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "resourceVersion": "184467", "generation": 4]],
        ["metadata": ["name": "web-6d4b75cb6d-hx9zq", "annotations": ["deployment.kubernetes.io/revision": "3"]]],
        ["image": .string("registry.example.com/shop@sha256:\(digest)"), "imageID": .string("sha256:\(digest)")],
        ["secretName": "shop-tls", "serviceAccountName": "default", "automountServiceAccountToken": true],
        [
            "id": .string("\(subscription)/Microsoft.Web/sites/shop"), "etag": "\"1DA0B1C2D3E4F50\"",
            "kind": "app,linux",
        ],
        [
            "properties": [
                "primaryEndpoints": ["blob": "https://shop.blob.core.windows.net/"], "keySource": "Microsoft.Storage",
            ]
        ],
        ["caBundle": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUMrRENDQWVDZ0F3SUJBZ0lVTGs4bFE9PQotLS0tLUVORA=="],
        [
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "rules": [["resources": ["secrets", "serviceaccounts/token"]]],
        ],
        ["error": ["code": "InvalidAuthenticationToken", "message": "The access token is invalid."]],
        [
            "keyVaultReferenceIdentity": "SystemAssigned",
            "publicKey": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZvbw shop",
        ],
    ]
}
