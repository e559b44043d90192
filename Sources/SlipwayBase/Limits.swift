/// Every bound on what is read, kept or waited for, with its unit in its name.
public enum Limits {
    /// The longest duration a config may name: 30 days.
    public static let durationSecondsMax: Int64 = 30 * 86_400
    /// The largest config, world or kubeconfig file.
    public static let configBytesMax = 1 << 20
    /// The most nodes a YAML document may have after its aliases are followed.
    public static let yamlNodesMax = 50_000
    /// The deepest nesting of JSON or YAML.
    public static let nestingMax = 128
    /// The largest response body held in memory.
    public static let responseBytesMax = 32 << 20
    /// The largest header block of one response.
    public static let headerBytesMax = 128 << 10
    /// The longest line of a watch stream.
    public static let watchLineBytesMax = 8 << 20
    /// The most AWS roles that are taken one with the other.
    public static let rolesMax = 20
    /// The largest answer of an endpoint that gives credentials.
    public static let credentialAnswerBytesMax = 256 << 10
    /// The largest output of a credential plugin, standard output and standard error each.
    public static let pluginOutputBytesMax = 1 << 20
    /// How long a credential plugin may take.
    public static let pluginSecondsMax: Int64 = 60
    /// The most replicas a config may ask for.
    public static let replicasMax = 10_000
    /// The most steps of one canary.
    public static let canaryStepsMax = 100
    /// The largest bundle that Elastic Beanstalk takes: 512 MB.
    public static let bundleBytesMax = 536_870_912
    /// The largest bundle that is one plain file, such as a Dockerrun.aws.json.
    public static let bundleTextBytesMax = 1 << 20
    /// The largest directory of a zip that is read.
    public static let zipDirectoryBytesMax = 64 << 20
    /// The largest file that is uploaded in one request.
    public static let singleUploadBytesMax = 8 << 20
    /// The most parts that S3 makes one object of.
    public static let uploadPartsMax = 10_000
    /// The largest lock object that is read.
    public static let lockBytesMax = 16 << 10
    /// The most targets of one config.
    public static let targetsMax = 200
    /// The most mistakes that are reported about one input.
    public static let diagnosticsMax = 100
    /// The longest message of a platform that is shown or stored.
    public static let messageCharactersMax = 2_000
    /// The largest cassette.
    public static let cassetteBytesMax = 16 << 20
    /// The most interactions of one cassette.
    public static let cassetteInteractionsMax = 20_000
    /// The most values of one foreign cassette.
    public static let cassetteNodesMax = 500_000
    /// The largest journal file.
    public static let journalBytesMax = 4 << 30
    /// How long a journal may be locked by another program.
    public static let journalBusySecondsMax = 10.0
    /// The largest plan file.
    public static let planBytesMax = 64 << 20
    /// The largest XML answer of AWS.
    public static let xmlBytesMax = 8 << 20
    /// The most elements of one XML answer.
    public static let xmlNodesMax = 200_000
    /// The longest address of an operation or a next page that is followed; Azure asks clients to take 4 KB.
    public static let followedAddressBytesMax = 8 << 10
    /// The most writes that wait for one resource of Azure.
    public static let waitingWritesMax = 1_000
    /// The most pages of one list.
    public static let listPagesMax = 200
    /// The most elements of one list, all its pages together.
    public static let listElementsMax = 20_000
    /// The largest body of an error that is read for its reason.
    public static let errorBytesMax = 64 << 10
}
