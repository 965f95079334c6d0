/**
 * Installs Debian's chromium for the tests of the page, where there is none and this process may: as root, and where
 * apt-get is. Elsewhere those tests say that they are left out.
 */
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
const APT = "/usr/bin/apt-get"
const steps = [["update"], ["install", "-y", "--no-install-recommends", "chromium"]]

const isThere = CHROMIUM.some((path) => existsSync(path))
if (!isThere && existsSync(APT) && process.getuid?.() === 0) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
  for (const step of steps) spawnSync(APT, ["-qq", ...step], { env, stdio: "ignore" })
}
