import Foundation
public import SlipwayBase

/// Everything a shell needs to reach the sandbox: kubeconfig, AWS profile, the authority, and variables.
public struct ShellFiles: Sendable {
    /// Where the sandbox is reached.
    public struct Ports: Hashable, Sendable {
        /// The APIs over TLS.
        public var api: Int
        /// The APIs in plain HTTP; nil when they are not offered so.
        public var plain: Int?
        /// Azure, over TLS.
        public var azure: Int
        /// The tunnel to the platforms' own hosts.
        public var tunnel: Int
        /// The applications.
        public var applications: Int

        /// Makes a set of ports.
        public init(api: Int, plain: Int?, azure: Int, tunnel: Int, applications: Int) {
            (self.api, self.plain, self.azure) = (api, plain, azure)
            (self.tunnel, self.applications) = (tunnel, applications)
        }
    }

    private let folder: SandboxFolder
    private let ports: Ports
    private let secrets: SandboxSecrets
    private let seed: SandboxSeed

    /// Files for the sandbox of `folder` at these ports.
    public init(_ folder: SandboxFolder, ports: Ports, secrets: SandboxSecrets, seed: SandboxSeed) {
        (self.folder, self.ports, self.secrets, self.seed) = (folder, ports, secrets, seed)
    }

    /// The URL of the APIs.
    public var endpoint: String { "https://localhost:\(ports.api)" }

    /// Writes them all and gives their names.
    public func write() throws(InputFailure) -> [String] {
        try folder.makeFolder("aws")
        let files = [
            ("kubeconfig", kubeconfig), ("aws/config", awsConfig), ("aws/credentials", awsCredentials),
            ("env", environment), ("azure-login", azureLogin),
        ]
        for (name, text) in files { try folder.write(text, to: name) }
        return files.map(\.0)
    }

    private var kubeconfig: String {
        func base64(_ name: String) -> String { Data((folder.read(name) ?? "").utf8).base64EncodedString() }
        let clusters = seed.clusterNames.map { name in
            """
            - name: \(name)
              cluster:
                server: \(endpoint)\(KubernetesCloud.path(of: name))
                certificate-authority-data: \(base64("ca.pem"))
            """
        }
        let contexts = seed.clusterNames.flatMap { name in
            [
                "- { name: \(name), context: { cluster: \(name), user: sandbox-admin } }",
                "- { name: \(name)-token, context: { cluster: \(name), user: sandbox-token } }",
            ]
        }
        return """
            apiVersion: v1
            kind: Config
            current-context: \(seed.clusterNames.first ?? "")
            clusters:
            \(clusters.joined(separator: "\n"))
            contexts:
            \(contexts.joined(separator: "\n"))
            users:
            - name: sandbox-admin
              user:
                client-certificate-data: \(base64("client.pem"))
                client-key-data: \(base64("client-key.pem"))
            - name: sandbox-token
              user: { token: \(secrets.kubernetes.reveal()) }

            """
    }

    private var awsConfig: String {
        """
        [profile sandbox]
        region = \(seed.home.region)
        output = json
        endpoint_url = \(endpoint)
        ca_bundle = \(folder.place("ca.pem"))
        s3 =
            addressing_style = path

        """
    }

    private var awsCredentials: String {
        """
        [sandbox]
        aws_access_key_id = \(secrets.awsKeyID)
        aws_secret_access_key = \(secrets.awsSecret.reveal())

        """
    }

    private var environment: String {
        let variables = [
            ("KUBECONFIG", folder.place("kubeconfig")),
            ("AWS_CONFIG_FILE", folder.place("aws/config")),
            ("AWS_SHARED_CREDENTIALS_FILE", folder.place("aws/credentials")),
            ("AWS_PROFILE", "sandbox"),
            ("AWS_EB_PROFILE", "sandbox"),
            ("AWS_REGION", seed.home.region),
            ("AWS_DEFAULT_REGION", seed.home.region),
            ("AWS_ENDPOINT_URL", endpoint),
            ("AWS_CA_BUNDLE", folder.place("ca.pem")),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AZURE_TENANT_ID", seed.azureLogin.tenant),
            ("AZURE_CLIENT_ID", seed.azureLogin.client),
            ("AZURE_CLIENT_SECRET", seed.azureLogin.secret.reveal()),
            // Whatever is no host of this machine is the sandbox's, or refused: no release gets out by mistake.
            ("HTTPS_PROXY", "http://localhost:\(ports.tunnel)"),
            ("NO_PROXY", "localhost,127.0.0.1,::1"),
            ("SSL_CERT_FILE", folder.place("ca.pem")),
            ("REQUESTS_CA_BUNDLE", folder.place("ca.pem")),
            ("CURL_CA_BUNDLE", folder.place("ca.pem")),
            ("SLIPWAY_SANDBOX_URL", endpoint),
            ("SLIPWAY_SANDBOX_AZURE_URL", azureEndpoint),
            ("SLIPWAY_SANDBOX_CA", folder.place("ca.pem")),
            ("SLIPWAY_SANDBOX_TOKEN", secrets.admin.reveal()),
            ("SLIPWAY_SANDBOX_APPLICATIONS", "http://localhost:\(ports.applications)"),
        ]
        var lines = variables.map { "export \($0)=\(Self.quoted($1))" }
        if let plain = ports.plain {
            lines.append("export SLIPWAY_SANDBOX_PLAIN_URL='http://localhost:\(plain)'")
            // It takes no other authorities than the public ones.
            lines.append("eb() { AWS_ENDPOINT_URL=\"$SLIPWAY_SANDBOX_PLAIN_URL\" command eb \"$@\"; }")
        }
        return "# Made by slipway-sandbox init; `. \(folder.place("env"))` points a shell at the sandbox.\n"
            + "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN\n"
            + lines.joined(separator: "\n") + "\n"
    }

    /// The URL of Azure.
    private var azureEndpoint: String { "https://localhost:\(ports.azure)" }

    /// A script that makes the sandbox a cloud of the Azure CLI, in a folder of its own, and signs in.
    private var azureLogin: String {
        let login = seed.azureLogin
        return """
            # Made by slipway-sandbox init; `. \(folder.place("azure-login"))` signs this shell's az in at the sandbox.
            export AZURE_CONFIG_DIR=\(Self.quoted(folder.place("az")))
            export REQUESTS_CA_BUNDLE=\(Self.quoted(folder.place("ca.pem")))
            export AZURE_CORE_INSTANCE_DISCOVERY=false AZURE_CORE_COLLECT_TELEMETRY=false
            az cloud show --name sandbox > /dev/null 2>&1 || az cloud register --name sandbox \\
                --endpoint-resource-manager \(azureEndpoint) --endpoint-management \(azureEndpoint) \\
                --endpoint-active-directory \(azureEndpoint) \\
                --endpoint-active-directory-resource-id https://management.core.windows.net/ \\
                --endpoint-active-directory-graph-resource-id https://graph.windows.net/
            az cloud set --name sandbox --only-show-errors
            az login --service-principal --username \(login.client) --password \(Self.quoted(login.secret.reveal())) \\
                --tenant \(login.tenant) --output none && echo "az is signed in at the sandbox"

            """
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }
}
