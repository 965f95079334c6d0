/*
 * What deploy/ says about the programs is true of them: options are taken, metrics are printed, paths exist. And a lint of
 * what keeps the containers and units shut. docs/operating.md says what else was tried, and what could not be.
 */
import { startHost } from "@event-manager/host"
import assert from "node:assert/strict"
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { after, before, test } from "node:test"
import { readOptions } from "../../trusted/enclave/src/shell/options.ts"
import { readArguments } from "../../untrusted/host/src/command.ts"

const root = join(import.meta.dirname, "../..")
const read = (path: string): string => readFileSync(join(root, path), "utf8")

/* Containerfiles */

type Instruction = Readonly<Record<"name" | "value", string>>

/** An image's instructions, each with its continued lines as one. */
function instructionsIn(path: string): readonly Instruction[] {
  const lines = read(path)
    .replaceAll(/^\s*#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
  return lines
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [, name = "", value = ""] = /^([A-Z]+) +(.*)$/.exec(line) ?? []
      assert.notEqual(name, "", `${path}: ${line}`)
      return { name, value }
    })
}

const images = globSync("deploy/Containerfile.*", { cwd: root }).map((path) => ({
  path,
  instructions: instructionsIn(path),
}))

/** A name and its major version, and no registry's: which one it comes from is the engine's to know. */
const PINNED = /^[a-z]+:[0-9]+(?:-[a-z]+)?$/

/** What is wrong with an image, each in a few words. */
function faultsOf(instructions: readonly Instruction[]): string[] {
  const all = (name: string): string[] => instructions.filter((each) => each.name === name).map(({ value }) => value)
  const stages = all("FROM").map((from) => from.split(" AS ")[1])
  const last = instructions.slice(instructions.findLastIndex(({ name }) => name === "FROM"))
  const one = (name: string): string => last.findLast((each) => each.name === name)?.value ?? ""
  const bases = all("FROM").map((from) => from.split(" ")[0] ?? "")
  return [
    ...bases.filter((base) => base !== "scratch" && !PINNED.test(base)).map((base) => `base ${base} is not pinned`),
    ...["ADD", "MAINTAINER", "ONBUILD"].filter((name) => all(name).length > 0).map((name) => `it has ${name}`),
    ...(/^(?:|root|0)(?::|$)/.test(one("USER")) ? ["it runs as root"] : []),
    ...["ENTRYPOINT", "CMD", "HEALTHCHECK"]
      .filter((name) => one(name) !== "" && !Array.isArray(parsed(one(name).replace(/^.*? CMD /, ""))))
      .map((name) => `${name} goes through a shell`),
    ...(one("ENTRYPOINT") === "" ? ["it starts nothing"] : []),
    ...all("RUN").flatMap((run) => (/\b(?:sudo|curl|wget|chmod 777|npm install)\b/.exec(run) ?? []).map(String)),
    ...all("COPY").flatMap((copy) => missingFrom(copy, stages)),
  ]
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Of a COPY, the sources that the repository has not, or the stage that there is not. */
function missingFrom(copy: string, stages: readonly (string | undefined)[]): string[] {
  const [, stage] = /--from=(\S+)/.exec(copy) ?? []
  if (stage !== undefined) return stages.includes(stage) ? [] : [`no stage ${stage}`]
  const sources = copy.split(" ").slice(0, -1)
  return sources.filter((source) => !existsSync(join(root, source))).map((source) => `no ${source} to copy`)
}

test("Containerfiles: pinned bases, not root, nothing through a shell, nothing fetched, and what they copy exists", () => {
  assert.equal(images.length, 2)
  for (const { path, instructions } of images) assert.deepEqual(faultsOf(instructions), [], path)
})

test("The lint of Containerfiles finds what it looks for", () => {
  const good = images[0]?.instructions ?? []
  const without = (name: string): Instruction[] => good.filter((each) => each.name !== name)
  const faulty: readonly (readonly Instruction[])[] = [
    without("USER"),
    without("ENTRYPOINT"),
    [{ name: "FROM", value: "node:latest AS build" }, ...good],
    [{ name: "FROM", value: "node AS build" }, ...good],
    [{ name: "FROM", value: "docker.io/library/node:26" }, ...good],
    [...good, { name: "ADD", value: "trusted/ /" }],
    [...good, { name: "USER", value: "0:0" }],
    [...good, { name: "CMD", value: "node main.ts" }],
    [...good, { name: "RUN", value: "curl -sf example.org" }],
    [...good, { name: "COPY", value: "no-such-folder/ /" }],
    [...good, { name: "COPY", value: "--from=no-such-stage / /" }],
  ]
  for (const each of faulty) assert.equal(faultsOf(each).length, 1, JSON.stringify(each.at(-1)))
})

test("What npm installs in an image is what the lock file says: each workspace's package.json is copied before", () => {
  const { workspaces } = JSON.parse(read("package.json")) as { workspaces: string[] }
  for (const { path, instructions } of images) {
    const before = instructions.slice(
      0,
      instructions.findIndex(({ value }) => value.startsWith("npm ci")),
    )
    const copied = before.flatMap(({ name, value }) => (name === "COPY" ? value.split(" ") : []))
    assert.deepEqual(
      workspaces.filter((each) => !copied.includes(`${each}/package.json`)),
      [],
      path,
    )
  }
})

test("The host's image is healthy where /healthz answers, and the enclave's is made from nothing but what it needs", () => {
  const [enclave, host] = images.map(({ instructions }) => instructions)
  const health = host?.find(({ name }) => name === "HEALTHCHECK")?.value
  assert.match(health ?? "", /http:\/\/127\.0\.0\.1:9999\/healthz/)
  assert.equal(enclave?.findLast(({ name }) => name === "FROM")?.value, "scratch")
})

/* YAML, as far as our files go */

type Yaml = string | Yaml[] | { [key: string]: Yaml }

interface Line {
  readonly indent: number
  readonly text: string
}

/** Reads the part of YAML that our files keep to, every scalar as a string; fails at anything else. */
function readYaml(text: string): Yaml {
  const lines = text
    .split("\n")
    .filter((line) => !/^\s*(?:#|$)/.test(line))
    .map((line) => ({ indent: line.search(/\S/), text: line.trim() }))
  const value = readBlock(lines, 0)
  assert.equal(lines.length, 0, `does not fit: ${lines[0]?.text}`)
  return value
}

const KEY = /^([\w.-]+):(?: (.*))?$/

function readBlock(lines: Line[], indent: number): Yaml {
  return lines[0]?.text.startsWith("- ") === true ? readItems(lines, indent) : readMap(lines, indent)
}

function readItems(lines: Line[], indent: number): Yaml[] {
  const items: Yaml[] = []
  while (lines[0]?.indent === indent && lines[0].text.startsWith("- ")) {
    const text = lines[0].text.slice(2)
    lines.shift()
    if (!KEY.test(text)) items.push(readScalar(text))
    else {
      lines.unshift({ indent: indent + 2, text })
      items.push(readMap(lines, indent + 2))
    }
  }
  return items
}

function readMap(lines: Line[], indent: number): Yaml {
  const map: { [key: string]: Yaml } = {}
  while (lines[0]?.indent === indent && KEY.test(lines[0].text)) {
    const [, key = "", inline] = KEY.exec(lines.shift()?.text ?? "") ?? []
    assert.equal(key in map, false, `${key} is there twice`)
    map[key] = inline === undefined ? readBelow(lines, indent) : readValue(inline, lines, indent)
  }
  return map
}

function readBelow(lines: Line[], indent: number): Yaml {
  const deeper = lines[0]?.indent ?? 0
  return deeper > indent ? readBlock(lines, deeper) : ""
}

function readValue(text: string, lines: Line[], indent: number): Yaml {
  return text === ">-" ? readFolded(lines, indent) : readScalar(text)
}

function readFolded(lines: Line[], indent: number): string {
  const folded: string[] = []
  while (lines[0] !== undefined && lines[0].indent > indent) folded.push(lines.shift()?.text ?? "")
  return folded.join(" ")
}

function readScalar(text: string): Yaml {
  if (text.startsWith('"')) return JSON.parse(text) as string
  if (text === "{}") return {}
  if (!text.startsWith("[")) {
    assert.doesNotMatch(text, /^[&*!|>%@`'{]| #|: /, "outside the part of YAML that is read here")
    return text
  }
  assert.match(text, /^\[[^[\]{}]*\]$/)
  return text
    .slice(1, -1)
    .split(",")
    .map((each) => readScalar(each.trim()))
}

/* The command lines that deploy/ has of host and enclave */

interface CommandLine {
  readonly where: string
  readonly words: readonly string[]
}

interface Service {
  readonly [key: string]: Yaml | undefined
  readonly command?: string[]
  readonly build?: { readonly dockerfile: string }
  readonly image: string
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly networks: Readonly<Record<string, { readonly internal?: string }>>
  readonly volumes: object
}

const compose = readYaml(read("deploy/compose.yaml")) as unknown as Compose

function arrayOf(instructions: readonly Instruction[], name: string): string[] {
  const value = instructions.findLast((each) => each.name === name)?.value
  return value === undefined ? [] : (JSON.parse(value) as string[])
}

/** As the engine puts them together: a service's command stands in the place of the image's. */
function containerLines(): CommandLine[] {
  const ofImages = images.map(({ path, instructions }) => ({
    where: path,
    words: [...arrayOf(instructions, "ENTRYPOINT"), ...arrayOf(instructions, "CMD")],
  }))
  const ofServices = Object.entries(compose.services).flatMap(([name, { build, command = [] }]) => {
    const image = images.find(({ path }) => path === build?.dockerfile)
    if (image === undefined) return []
    return [{ where: `compose.yaml: ${name}`, words: [...arrayOf(image.instructions, "ENTRYPOINT"), ...command] }]
  })
  return [...ofImages, ...ofServices]
}

const units = globSync("deploy/systemd/**/*.{service,conf}", { cwd: root })

/** What systemd.service(5) makes of a command line, as far as ours go: continued lines, double quotes, two specifiers. */
function unitLines(path: string): CommandLine[] {
  const lines = [
    ...read(path)
      .replaceAll(/\\\n\s*/g, "")
      .matchAll(/^ExecStart=(.+)$/gm),
  ]
  return lines.map(([, line = ""]) => ({
    where: path,
    words:
      line
        .replaceAll("%S", "/var/lib")
        .replaceAll("%d", "/run/credentials")
        .match(/"[^"]*"|\S+/g)
        ?.map((word) => word.replaceAll('"', "")) ?? [],
  }))
}

const commandLines = [...containerLines(), ...units.flatMap(unitLines)]
const SCRIPT = /\/(?:main\.[jt]s|event-enclave\.mjs)$/

/** A line's words before the program's file, without Node's own, and behind it. */
function partsOf({ words, where }: CommandLine): { flags: readonly string[]; script: string; args: readonly string[] } {
  const at = words.findIndex((word) => !word.startsWith("-") && SCRIPT.test(word))
  assert.ok(at > 0, `${where}: it runs neither host nor enclave`)
  return { flags: words.slice(1, at), script: words[at] ?? "", args: words.slice(at + 1) }
}

test("Host and enclave take the command lines of containers and units", () => {
  assert.equal(commandLines.length, 8, "all are found")
  for (const line of commandLines) {
    const { script, args } = partsOf(line)
    if (script.endsWith("event-enclave.mjs")) {
      assert.doesNotThrow(() => readOptions(args), line.where)
    } else {
      let said = ""
      const taken = readArguments(args, { out: () => {}, error: (text) => (said += text) })
      assert.equal(typeof taken, "object", `${line.where}: ${said}`)
    }
  }
})

test("Node takes the flags that it is given, and an enclave gets no permission that its platform does not need", () => {
  for (const flags of new Set(commandLines.map((line) => partsOf(line).flags.join(" ")))) {
    const { status, stderr } = spawnSync(process.execPath, [...flags.split(" "), "--eval", "0"], { encoding: "utf8" })
    assert.equal(status, 0, `${flags}: ${stderr}`)
  }
  const enclaves = commandLines.map(partsOf).filter(({ script }) => script.endsWith("event-enclave.mjs"))
  assert.equal(enclaves.length, 3)
  for (const { flags, script } of enclaves) {
    const grants = flags.filter(
      (flag) => flag.startsWith("--allow-") && !flag.includes("/sys/kernel/config/tsm/report"),
    )
    assert.deepEqual(grants, [`--allow-fs-read=${script}`, "--allow-child-process", "--allow-net"])
    assert.ok(flags.includes("--permission"))
  }
})

/* Containers and units are shut */

test("Each container is read-only, without capabilities to gain, and bounded", () => {
  for (const [name, service] of Object.entries(compose.services)) {
    assert.equal(service["read_only"], "true", name)
    assert.deepEqual(service["cap_drop"], ["ALL"], name)
    assert.deepEqual(service["security_opt"], ["no-new-privileges:true"], name)
    for (const bound of ["pids_limit", "mem_limit", "restart", "profiles"])
      assert.ok(bound in service, `${name}: ${bound}`)
    assert.equal("privileged" in service, false, name)
    if (service.build === undefined) assert.match(service.image, PINNED, name)
    else assert.ok(existsSync(join(root, service.build.dockerfile)), name)
  }
})

test("The enclave has no network, and only the proxy is reached from outside, by default from this machine alone", () => {
  const { proxy, enclave, ...others } = compose.services
  assert.equal(enclave?.["network_mode"], "none")
  assert.deepEqual(proxy?.["ports"], ["${EVENT_LISTEN:-127.0.0.1:9999:9999}"])
  assert.equal(compose.networks["inside"]?.internal, "true")
  for (const [name, { networks, ports }] of Object.entries(others)) {
    assert.deepEqual(Array.isArray(networks) ? networks : Object.keys(networks ?? {}), ["inside"], name)
    assert.equal(ports, undefined, name)
  }
})

test("What containers mount exists", () => {
  for (const [name, service] of Object.entries(compose.services)) {
    for (const mount of (service["volumes"] ?? []) as string[]) {
      const [source = ""] = mount.split(":")
      const there = source.startsWith(".") ? existsSync(join(root, "deploy", source)) : source in compose.volumes
      assert.ok(there, `${name}: ${mount}`)
    }
  }
})

const HARDENING = `
  Restart=always StartLimitIntervalSec=0 DynamicUser=yes NoNewPrivileges=yes ProtectSystem=strict ProtectHome=yes
  PrivateTmp=yes PrivateDevices=yes ProtectClock=yes ProtectControlGroups=yes ProtectKernelModules=yes RestrictNamespaces=yes
  RestrictSUIDSGID=yes RestrictRealtime=yes LockPersonality=yes SystemCallArchitectures=native
  SystemCallFilter=@system-service LimitCORE=0 MemorySwapMax=0`
  .trim()
  .split(/\s+/)

test("Each unit is restarted without end and has the usual hardening", () => {
  const services = units.filter((path) => path.endsWith(".service"))
  assert.equal(services.length, 2)
  for (const path of services) {
    const lines = read(path).split("\n")
    assert.deepEqual(
      HARDENING.filter((each) => !lines.includes(each)),
      [],
      path,
    )
    assert.ok(lines.includes("RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX"), path)
    // Node does not start under it.
    assert.equal(
      lines.find((line) => line.startsWith("MemoryDenyWriteExecute=")),
      undefined,
      path,
    )
  }
})

/* Metrics */

interface Known {
  /** Of each metric, the labels that were seen. */
  readonly labels: ReadonlyMap<string, ReadonlySet<string>>
  readonly routes: ReadonlySet<string>
}

let known: Known

before(async () => {
  const host = await startHost({ enclaveMode: "mock", port: 0 })
  try {
    const headers = { "content-type": "application/octet-stream" }
    // The enclave answers what it cannot open, too.
    await fetch(`${host.url}/mail`, { method: "POST", headers, body: new Uint8Array(2_048) })
    await fetch(`${host.url}/no-such-route`)
    const api = (await (await fetch(`${host.url}/openapi.json`)).json()) as { paths: object }
    known = {
      labels: labelsIn(await (await fetch(`${host.url}/metrics`)).text()),
      routes: new Set([...Object.keys(api.paths), "/metrics"]),
    }
  } finally {
    await host.close()
  }
})

function labelsIn(exposition: string): ReadonlyMap<string, ReadonlySet<string>> {
  const labels = new Map<string, Set<string>>()
  for (const [, name = "", inside = ""] of exposition.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
    const seen = labels.get(name) ?? new Set()
    for (const [, label = ""] of inside.matchAll(/(\w+)="/g)) seen.add(label)
    labels.set(name, seen)
  }
  return labels
}

const refusalCodes = new Set(
  [...read("untrusted/host/src/refusal.ts").matchAll(/^ {2}([A-Z_]+): [45][0-9]{2},$/gm)].map(([, code = ""]) => code),
)

/** What is wrong with a PromQL expression: metrics, labels, codes and routes that no host has. */
function unknownIn(expression: string): string[] {
  const selectors = [...expression.matchAll(/\b(event_host_\w+|up)\b(?:\{([^}]*)\})?/g)]
  if (selectors.length === 0) return ["it asks for nothing of a host"]
  return selectors.flatMap(([, metric = "", inside = ""]) => {
    const labels = metric === "up" ? new Set<string>() : known.labels.get(metric)
    if (labels === undefined) return [metric]
    const matchers = [...inside.matchAll(/(\w+)(?:=~|!=|!~|=)"([^"]*)"/g)]
    return matchers.flatMap(([, label = "", value = ""]) => {
      if (!labels.has(label) && label !== "instance" && label !== "job") return [`${metric}: ${label}`]
      const values = value.split("|")
      if (label === "code") return values.filter((each) => !refusalCodes.has(each))
      return label === "route" ? values.filter((each) => !known.routes.has(each)) : []
    })
  })
}

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly runbook: string }
}

test("Each alert asks for what a host prints, and leads to what is to be done about it", () => {
  const { groups } = readYaml(read("deploy/prometheus/alerts.yaml")) as unknown as { groups: { rules: Rule[] }[] }
  const rules = groups.flatMap((group) => group.rules)
  const headings = [...read("docs/operating.md").matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading.toLowerCase().replaceAll(" ", "-"),
  )
  assert.ok(rules.length >= 10)
  for (const { alert, expr, labels, annotations } of rules) {
    assert.deepEqual(unknownIn(expr), [], alert)
    assert.match(labels.severity, /^(?:critical|warning|info)$/, alert)
    assert.notEqual(annotations.summary, "", alert)
    const [file, heading = ""] = annotations.runbook.split("#")
    assert.equal(file, "docs/operating.md")
    assert.ok(headings.includes(heading), `${alert}: ${annotations.runbook}`)
  }
})

test("Each panel of the dashboard asks for what a host prints", () => {
  const { panels } = JSON.parse(read("deploy/grafana/dashboard.json")) as {
    panels: { title: string; targets: { expr: string }[] }[]
  }
  assert.ok(panels.length >= 10)
  for (const { title, targets } of panels) {
    assert.notEqual(targets.length, 0, title)
    for (const { expr } of targets) assert.deepEqual(unknownIn(expr), [], title)
  }
})

test("What no host prints is found", () => {
  assert.deepEqual(unknownIn("rate(event_host_no_such[5m])"), ["event_host_no_such"])
  assert.deepEqual(unknownIn('event_host_listeners{route="/mail"}'), ["event_host_listeners: route"])
  assert.deepEqual(unknownIn('event_host_refusals_total{code=~"BUSY|NONE"}'), ["NONE"])
  assert.deepEqual(unknownIn('event_host_requests_total{route="/post"}'), ["/post"])
  assert.equal(unknownIn("vector(1)").length, 1)
})

test("docs/operating.md has each metric and each code of a refusal", () => {
  const text = read("docs/operating.md")
  const names = [...known.labels.keys()].map((name) => name.replace(/_(?:bucket|sum|count)$/, ""))
  assert.deepEqual(
    [...names.map((name) => `\`${name}\``), ...refusalCodes].filter((each) => !text.includes(each)),
    [],
  )
})

/* The test TEE of compose.yaml */

const folder = mkdtempSync(join(tmpdir(), "event-manager-deploy-"))
after(() => rmSync(folder, { recursive: true, force: true }))

test("The test TEE starts, and says by which constraint its enclave is accepted", async () => {
  const script = join(root, "deploy/test-tee.mjs")
  const tee = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, folder], { stdio: "pipe" })
  const [line] = (await once(createInterface(tee.stdout), "line")) as string[]
  tee.kill()
  await once(tee, "close")
  assert.match(line ?? "", /^constraint=S:[0-9a-f]{64} PROD:1 SEC:SECURE PLATFORM:sev-snp$/)
  for (const file of ["event-enclave.release", "roots.json", "sealing.key", "endorsements/milan.crl"]) {
    assert.ok(existsSync(join(folder, file)), file)
  }
})
