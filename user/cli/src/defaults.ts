export const DEFAULT_SERVER = "http://localhost:9999"
export const DEFAULT_CONFIG_FILE = "EventManagerClient.properties"
