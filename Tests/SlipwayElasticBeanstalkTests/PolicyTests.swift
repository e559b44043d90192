import SlipwayModel
import Testing

@testable import SlipwayElasticBeanstalk

@Suite("Batches and trials as deployment policies") struct PolicyTests {
    private func words(
        _ surge: Amount?,
        _ unavailable: Amount?,
        of instances: Int,
        isEnhanced: Bool = true,
        isSingle: Bool = false
    ) -> String {
        let options = Policy.options(
            Batch(maxSurge: surge, maxUnavailable: unavailable),
            instances: instances,
            isEnhanced: isEnhanced,
            isSingle: isSingle
        )
        return [Option.deploymentPolicy, .batchSizeType, .batchSize].compactMap { options[$0] }.joined(separator: " ")
    }

    @Test("given no bounds when options are made then the environment's own policy is left alone")
    func own() { #expect(words(nil, nil, of: 4) == "") }

    @Test("given instances that may be missing when options are made then they are replaced in batches of so many")
    func rolling() {
        #expect(words(nil, .count(2), of: 4) == "Rolling Fixed 2")
        #expect(words(.count(0), .percent(25), of: 10) == "Rolling Fixed 2")
        #expect(words(.count(0), .percent(1), of: 10) == "Rolling Fixed 1")
        #expect(words(nil, .count(4), of: 4) == "AllAtOnce")
    }

    @Test("given instances that may be added when options are made then a batch is added, or a whole fleet")
    func surge() {
        #expect(words(.count(1), .count(0), of: 4) == "RollingWithAdditionalBatch Fixed 1")
        #expect(words(.percent(30), nil, of: 4) == "RollingWithAdditionalBatch Fixed 2")
        #expect(words(.percent(100), .count(0), of: 4) == "Immutable")
        #expect(words(.count(9), nil, of: 4, isEnhanced: false) == "RollingWithAdditionalBatch Fixed 4")
    }

    @Test("given both when options are made then the smaller of the two is added")
    func mixed() { #expect(words(.count(3), .count(2), of: 6) == "RollingWithAdditionalBatch Fixed 2") }

    @Test("given a single instance when options are made then it is replaced by another one or in place")
    func single() {
        #expect(words(.count(1), .count(0), of: 1, isSingle: true) == "Immutable")
        #expect(words(.count(1), .count(0), of: 1, isEnhanced: false, isSingle: true) == "AllAtOnce")
        #expect(words(nil, .count(1), of: 1, isSingle: true) == "AllAtOnce")
    }

    @Test("given a trial when options are made then its minutes are rounded up into what the service takes")
    func trial() {
        let options = Policy.options(Trial(percent: 15, duration: .seconds(301)))
        #expect(options[.deploymentPolicy] == "TrafficSplitting")
        #expect(options[.newVersionPercent] == "15")
        #expect(options[.evaluationTime] == "6")
        #expect(Policy.options(Trial(percent: 15, duration: .seconds(10)))[.evaluationTime] == "3")
    }
}
