import SlipwayBase

extension Site {
    /// The settings that a slot's application sees: its own, or with those of the slot that it is prepared for.
    func visibleSettings(of slot: Slot) -> JSONObject {
        combined(slot, sticky: stickySettings ?? []) { $0.settings }
    }

    /// The same for connection strings.
    func visibleStrings(of slot: Slot) -> JSONObject { combined(slot, sticky: stickyStrings ?? []) { $0.strings } }

    private func combined(_ slot: Slot, sticky: [String], _ values: (Slot) -> JSONObject) -> JSONObject {
        guard let name = slot.preparedFor, let target = index(of: name) else { return values(slot) }
        return Self.joined(moving: values(slot), staying: values(slots[target]), sticky: sticky)
    }

    /// What a place holds when `moving` comes to it and what is sticky of `staying` stays in it.
    static func joined(moving: JSONObject, staying: JSONObject, sticky: [String]) -> JSONObject {
        let names = Set(sticky)
        var joined = JSONObject(moving.members.filter { !names.contains($0.key) }.map { ($0.key, $0.value) })
        for (key, value) in staying.members where names.contains(key) { joined[key] = value }
        return joined
    }
}
