import SlipwayBase

/// A slot of a site; production is one as well.
struct Slot: Sendable {
    var name: String
    /// Its own host name.
    var host: String
    /// The host of its Kudu.
    var kuduHost: String
    /// What `config/web` says, but for what is the same for every slot.
    var config: JSON
    var settings: JSONObject = [:]
    var strings: JSONObject = [:]
    /// Its containers, when it has several.
    var containers: JSONObject = [:]
    /// What lies on its disk; a swap exchanges it.
    var volume = Volume()
    var worker: Worker
    /// What ran before and answers until the worker is ready, where restarts overlap.
    var retiring: Worker?
    var isStopped = false
    var allowsBasic = false
    var password: String
    /// Whose sticky settings are applied to it while a swap is prepared.
    var preparedFor: String?
    /// The slot that is prepared to be swapped with this one.
    var targetSwapSlot: String?
    var swapStatus: SwapStatus?
    /// What travels with the content.
    var deploymentID: String
    var httpsOnly = false
    var tags: JSONObject = [:]
    var modified: Timestamp

    var isProduction: Bool { name == Site.production }

    /// What runs in it, by its configuration: an image, or what was deployed last.
    var release: String { image ?? volume.release ?? "empty" }

    /// The image; nil for sites that run what was deployed.
    var image: String? {
        let version = config["linuxFxVersion"]?.string ?? ""
        if version.lowercased() == "sitecontainers" {
            let main = containers.members.first { $0.value["properties"]?["isMain"]?.bool == true }
            return main?.value["properties"]?["image"]?.string
        }
        guard version.lowercased().hasPrefix("docker|") else { return nil }
        return String(version.dropFirst("docker|".count))
    }
}

/// The last swap that a slot had part in.
struct SwapStatus: Hashable, Sendable {
    var time: Timestamp
    var source: String
    var destination: String

    var json: JSON {
        func spelled(_ name: String) -> JSON { .string(name == Site.production ? "Production" : name) }
        return [
            "timestampUtc": .string(time.rfc3339), "sourceSlotName": spelled(source),
            "destinationSlotName": spelled(destination),
        ]
    }
}

/// What lies on the disk of a slot: files and the history of deployments.
struct Volume: Sendable {
    /// A file outside of what deployments replace.
    struct File: Sendable {
        var bytes: [UInt8]
        var tag: String
        var modified: Timestamp
    }

    /// What was deployed last; nil before anything was.
    var release: String?
    /// Oldest first.
    var deployments: [Deployment] = []
    /// By path, without a slash in front.
    var files: [String: File] = [:]
}

/// One deployment through Kudu or Azure Resource Manager.
struct Deployment: Sendable {
    var id: String
    /// Its id until it is known what it will be called.
    var temporaryID: String
    var release: String
    var began: Timestamp
    /// Until when it has only the temporary id.
    var named: Timestamp
    var ends: Timestamp
    var fails: Bool
    /// Whether its files are in place.
    var isDone = false

    func isComplete(at now: Timestamp) -> Bool { now >= ends }
}

/// What runs in a slot.
struct Worker: Hashable, Sendable {
    var release: String
    var began: Timestamp
    /// When it begins to answer; nil when it never does.
    var ready: Timestamp?
    /// What it answers with.
    var status = 200
    /// From when on it answers with 500.
    var degrades: Timestamp?
    /// Why it never answers.
    var trouble: String?

    /// Whether it answers at all.
    func answers(at now: Timestamp) -> Bool { ready.map { $0 <= now } ?? false }

    /// What it answers with, once it does.
    func status(at now: Timestamp) -> Int { degrades.map { $0 <= now } ?? false ? 500 : status }
}
