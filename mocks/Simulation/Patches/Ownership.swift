import SlipwayBase

/// One entry of `metadata.managedFields`.
struct Owner {
    var manager: String
    var isApply: Bool
    var subresource: String?
    var fields: FieldSet
    var apiVersion: String
    var time: String

    init(_ writer: Writer, _ fields: FieldSet, apiVersion: String, time: String) {
        (manager, isApply, subresource) = (writer.manager, writer.isApply, writer.subresource)
        (self.fields, self.apiVersion, self.time) = (fields, apiVersion, time)
    }

    init(_ json: JSON) {
        manager = json["manager"]?.string ?? ""
        isApply = json["operation"]?.string == "Apply"
        subresource = json["subresource"]?.string
        fields = FieldSet(json["fieldsV1"]?.object ?? [:])
        apiVersion = json["apiVersion"]?.string ?? ""
        time = json["time"]?.string ?? ""
    }

    var json: JSON {
        var entry: JSON = [
            "manager": .string(manager), "operation": isApply ? "Apply" : "Update", "apiVersion": .string(apiVersion),
            "time": .string(time), "fieldsType": "FieldsV1", "fieldsV1": .object(fields.tree),
        ]
        if let subresource { entry["subresource"] = .string(subresource) }
        return entry
    }

    func isSame(as writer: Writer) -> Bool {
        manager == writer.manager && isApply == writer.isApply && subresource == writer.subresource
    }

    /// `"rig" using apps/v1`, as conflicts name it.
    var title: String {
        var text = "\"\(manager)\""
        if let subresource { text += " with subresource \"\(subresource)\"" }
        if !isApply { text += " using \(apiVersion)" }
        return text
    }
}

extension JSON {
    /// The managers of an object's fields.
    var owners: [Owner] {
        get { (self["metadata"]?["managedFields"]?.array ?? []).map(Owner.init) }
        set {
            let kept = newValue.filter { !$0.fields.isEmpty }.map(\.json)
            edit("metadata") { $0["managedFields"] = kept.isEmpty ? nil : .array(kept) }
        }
    }
}

extension KubernetesWorld {
    /// Gives the fields that an ordinary write changed to its writer, and takes them from everybody else.
    func noteOwnership(_ object: inout JSON, _ kind: ResourceKind, _ present: JSON?, _ writer: Writer) {
        let (isCustom, ofStatus) = (kind.facts.isCustom, writer.subresource == "status")
        let time = now.rfc3339Seconds
        guard let present else {
            let fields = FieldSet(of: object, isCustom: isCustom, ofStatus: ofStatus)
            object.owners = [Owner(writer, fields, apiVersion: kind.facts.apiVersion(), time: time)]
            return
        }
        let changed = FieldSet(changedFrom: present, to: object, isCustom: isCustom, ofStatus: ofStatus)
        let removed = FieldSet(changedFrom: object, to: present, isCustom: isCustom, ofStatus: ofStatus)
            .subtracting(changed)
        guard !changed.isEmpty || !removed.isEmpty else { return }
        var owners = object.owners
        var own = FieldSet()
        owners.removeAll { owner in
            guard owner.isSame(as: writer) else { return false }
            own = owner.fields
            return true
        }
        for index in owners.indices {
            owners[index].fields = owners[index].fields.subtracting(changed).subtracting(removed)
        }
        own = own.subtracting(removed).union(changed)
        owners.append(Owner(writer, own, apiVersion: kind.facts.apiVersion(), time: time))
        object.owners = owners
    }
}
