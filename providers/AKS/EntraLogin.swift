import SlipwayAzure
import SlipwayBase
import SlipwayKubernetes

/// The application and the tenant that a token for an API server is for.
struct EntraLogin: Hashable, Sendable {
    /// AKS's own application that stands for every API server, in all clouds.
    static let server = "6dae42f8-4368-4678-94ff-3960e28e3630"

    let server: String
    let tenant: String

    /// What a token is asked for.
    var scope: String { "\(server)/.default" }

    /// Reads what kubelogin, or the auth-provider before it, would be told. Neither is run.
    init(_ login: ClusterAccess.Login, _ what: String) throws(InputFailure) {
        let named: (server: String?, tenant: String?)
        if let command = login.command {
            let program = command.split(separator: "/").last.map(String.init) ?? command
            guard program == "kubelogin" || program == "kubelogin.exe" else {
                throw InputFailure(
                    "\(what) asks for the credential plugin \"\(program.printable(max: 60))\", which a kubeconfig from "
                        + "Azure has no reason to; nothing was run"
                )
            }
            named = (
                Self.value(of: "--server-id", from: login.arguments),
                Self.value(of: "--tenant-id", "-t", from: login.arguments)
            )
        } else {
            guard login.provider == "azure" else {
                throw InputFailure(
                    "\(what) asks for the auth-provider \"\((login.provider ?? "").printable(max: 60))\""
                )
            }
            named = (login.values["apiserver-id"], login.values["tenant-id"])
        }
        guard let server = named.server.flatMap(AzureGUID.plain), let tenant = named.tenant.flatMap(AzureGUID.plain)
        else { throw InputFailure("\(what) does not say which application and which tenant a token is for") }
        (self.server, self.tenant) = (server, tenant)
    }

    private static func value(of names: String..., from arguments: [String]) -> String? {
        for (index, argument) in arguments.enumerated() {
            for name in names {
                if argument == name, index + 1 < arguments.count { return arguments[index + 1] }
                if argument.hasPrefix(name + "=") { return String(argument.dropFirst(name.count + 1)) }
            }
        }
        return nil
    }
}
