/// Names of the service that several files need.
enum ElasticBeanstalkNames {
    static let apiVersion = "2010-12-01"
}
