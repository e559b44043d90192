internal import Foundation
public import Logging
internal import SlipwayAccess
public import SlipwayBase
internal import SlipwayKubernetes

extension Toolkit {
    /// A toolkit on the machine's clock, files, environment and network; runs are kept in the file at `journal`.
    ///
    /// Nothing is opened before it is used. `logger` is told every request and answer, without secrets, at debug level.
    /// Requests go over `network`.
    public static func live(
        journal: String? = nil,
        environment: [String: String]? = nil,
        logger: Logger? = nil,
        network: Network = .live
    ) throws(InputFailure) -> Toolkit {
        let environment = environment ?? ProcessInfo.processInfo.environment
        let path: String
        if let journal { path = journal } else { path = try journalPath(environment) }
        let random = SystemRandom()
        let time = network.time
        var world = World(
            time: { _ in time },
            random: random,
            environment: { environment[$0] },
            readFile: DiskFiles.read,
            openFile: DiskFile.init(path:),
            journal: network.isReplayed ? .memory(random: random) : .file(path, random: random),
            processID: ProcessInfo.processInfo.processIdentifier
        )
        world.isRehearsal = network.isReplayed
        var access = AccessEnvironment.live(time: time)
        access.variable = { environment[$0] }
        let client = network.client(in: access)
        let logins = network.logins(beside: client, in: access)
        let accounts = AWSAccounts(
            environment: access,
            client: client,
            logins: logins,
            random: random,
            logger: logger
        )
        let azure = AzureAccounts(environment: access, client: client, logins: logins, random: random, logger: logger)
        return Toolkit(
            world,
            platforms: [
                KubernetesPlatform(access: access, client: client, logins: logins, logger: logger),
                BeanstalkPlatform(accounts: accounts), AppServicePlatform(accounts: azure),
                AKSPlatform(accounts: azure, client: client, logger: logger),
            ]
        )
    }

    /// `$XDG_STATE_HOME/slipway/journal.sqlite`, or the same below `~/.local/state`.
    public static func journalPath(_ environment: [String: String]) throws(InputFailure) -> String {
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/slipway/journal.sqlite" }
        guard let home = environment["HOME"], home.hasPrefix("/") else {
            throw InputFailure("there is no HOME to keep the journal in; give a file with --journal.")
        }
        return home + "/.local/state/slipway/journal.sqlite"
    }
}
