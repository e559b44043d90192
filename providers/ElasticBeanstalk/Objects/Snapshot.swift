import SlipwayBase
import SlipwayModel

/// What the provider needs later to put everything back: kept in the plan, without any option that we do not know.
struct Snapshot: Hashable, Sendable {
    /// One environment as it was.
    struct State: Hashable, Sendable {
        var name: String
        /// Nil when there was none of that name.
        var id: String?
        var label: String?
        var cname: String?
        var health = Health.unknown
        /// When it was last changed, by the service's clock.
        var updated: Timestamp?
        var instances = 0
        var options = Options()

        var exists: Bool { id != nil }
        var cnamePrefix: String? { cname.map { String($0.prefix { $0 != "." }) } }
    }

    var json: JSON

    init(_ json: JSON) { self.json = json }

    init(stable: State, candidate: State?, front: JSON = .null) {
        json = ["stable": stable.json]
        if let candidate { json["candidate"] = candidate.json }
        if !front.isNull { json["front"] = front }
    }

    var stable: State { State(json: json["stable"]) }
    var candidate: State { State(json: json["candidate"]) }
    /// What led production to the environments.
    var front: JSON { json["front"] ?? .null }
}

extension Snapshot.State {
    init(_ environment: Environment, options: Options, instances: Int) {
        (name, id, label, cname) = (environment.name, environment.id, environment.label, environment.cname)
        (health, updated) = (environment.health, environment.updated)
        (self.instances, self.options) = (instances, options)
    }

    init(json: JSON?) {
        name = json?["name"]?.string ?? ""
        id = json?["id"]?.string
        label = json?["label"]?.string
        cname = json?["cname"]?.string
        health = Health(rawValue: json?["health"]?.int ?? 0) ?? .unknown
        updated = json?["updated"]?.int.map { Timestamp(milliseconds: Int64($0)) }
        instances = json?["instances"]?.int ?? 0
        options = Options(json: json?["options"])
    }

    var json: JSON {
        var json: JSON = ["name": .string(name)]
        guard exists else { return json }
        json["id"] = id.map { .string($0) }
        json["label"] = label.map { .string($0) }
        json["cname"] = cname.map { .string($0) }
        json["health"] = JSON(health.rawValue)
        json["updated"] = updated.map { .int($0.milliseconds) }
        json["instances"] = JSON(instances)
        json["options"] = options.json
        return json
    }

    /// What a plan depends on. Numbers of environments, times, health and the present number of instances come and go
    /// without a release and are left out.
    var digested: JSON {
        var json = self.json
        for key in ["id", "health", "updated", "instances"] { json[key] = nil }
        return json
    }
}
