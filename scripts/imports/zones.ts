/*
 * The house as a table: each part of the tree, and what its files may name. docs/decisions/0001-import-rules.md says
 * why. A file belongs to the first zone whose path it starts with, so the narrower ones stand first.
 */

export interface Zone {
  readonly name: string
  readonly path: string
  /** Packages of this repository, each with the entry point meant. */
  readonly ours: readonly string[] | "any"
  /** Modules of Node itself. */
  readonly builtins: readonly string[] | "any"
  /** Packages of others: those listed, or those that the package (or, for tools, the root) declares. */
  readonly others: readonly string[] | "dependencies" | "tools"
  /** The zones that a relative path may lead to, this one always among them. */
  readonly relative: readonly string[] | "any"
  /** Identifiers and members that may not be written at all. */
  readonly banned: readonly string[]
}

const PROTOCOL = "@event-manager/protocol"
const PROTOCOL_NODE = "@event-manager/protocol/node"
const FRAME = "@event-manager/protocol/frame"
const ENCLAVE = "@event-manager/enclave"
const ENCLAVE_BUNDLE = "@event-manager/enclave/event-enclave.mjs"
const CLIENT = "@event-manager/client"
const CLIENT_NODE = "@event-manager/client/node"
const CLIENT_KEYS = "@event-manager/client/keys"
const CLIENT_ATTESTATION = "@event-manager/client/attestation"
const WEB_PAGE = "@event-manager/web/index.html"
const CLIENT_DISPLAY = "@event-manager/client/display"

/** What the measured shell may use of Node. A new line here is a new way out of the enclave: weigh it. */
const SHELL_BUILTINS = ["node:crypto"]

/** With any of these, two runs of the core over the same commands could differ. */
const NOT_REPEATABLE = [
  "await,async,import.meta,Promise,queueMicrotask,setTimeout,setInterval,setImmediate,scheduler",
  "Date,Temporal,performance,Math,Math.random,crypto,fetch,WeakRef,FinalizationRegistry,Atomics,SharedArrayBuffer",
  "process,Buffer,global,globalThis,navigator,console,eval,Function,Intl",
  ".localeCompare,.toLocaleString,.toLocaleLowerCase,.toLocaleUpperCase",
].flatMap((line) => line.split(","))

/** Globals that a browser has not. */
const NODE_GLOBALS = ["process", "Buffer", "global", "__dirname", "__filename", "setImmediate", ".dirname", ".filename"]

const open = { ours: [], builtins: "any", others: "dependencies", relative: [], banned: [] } as const

const zones: readonly Zone[] = [
  { ...open, name: "bootstrap", path: "scripts/install.mjs", others: [] },
  // Signs what the client's verifier reads.
  {
    ...open,
    name: "release",
    path: "scripts/release",
    ours: [CLIENT, CLIENT_ATTESTATION],
    others: "tools",
    relative: ["scripts"],
  },
  // Runs an enclave in the test TEE.
  { ...open, name: "demo in a test TEE", path: "scripts/demo/testTee.ts", relative: ["scripts", "testing"] },
  // Makes the manual page of what help is made of.
  { ...open, name: "manual", path: "scripts/build-man.ts", relative: ["scripts", "cli"] },
  { ...open, name: "scripts", path: "scripts/", others: "tools", relative: ["demo in a test TEE", "manual"] },
  {
    ...open,
    name: "protocol in Node",
    path: "trusted/protocol/src/node.ts",
    builtins: SHELL_BUILTINS,
    others: ["hpke"],
    relative: ["protocol"],
  },
  { ...open, name: "protocol", path: "trusted/protocol/", builtins: [], others: ["hpke"], banned: NODE_GLOBALS },
  {
    ...open,
    name: "core",
    path: "trusted/enclave/src/core/",
    ours: [PROTOCOL],
    builtins: [],
    others: [],
    banned: NOT_REPEATABLE,
  },
  {
    ...open,
    name: "way to an anchor",
    path: "trusted/enclave/src/shell/anchor/transport.ts",
    ours: [PROTOCOL],
    // A TPM is a device, or for tests a port.
    builtins: ["node:fs/promises", "node:net"],
    others: [],
    relative: ["shell"],
  },
  {
    ...open,
    name: "way to evidence",
    path: "trusted/enclave/src/shell/platform/files.ts",
    ours: [PROTOCOL],
    // The kernel answers for the processor in files.
    builtins: ["node:fs/promises"],
    others: [],
    relative: ["shell"],
  },
  {
    ...open,
    name: "way to a helper",
    path: "trusted/enclave/src/shell/helper.ts",
    ours: [PROTOCOL],
    // What a platform has no file for, and what unseals the state, a command of the operator's brings: part of what is
    // measured there, as the command line is.
    builtins: ["node:child_process"],
    others: [],
    relative: ["shell"],
  },
  {
    ...open,
    name: "way to the host",
    path: "trusted/enclave/src/shell/listen.ts",
    ours: [PROTOCOL],
    // Where the host is outside the machine that the enclave runs in, standard streams do not reach it.
    builtins: ["node:net"],
    others: [],
    relative: ["shell"],
  },
  {
    ...open,
    name: "shell",
    path: "trusted/enclave/",
    ours: [PROTOCOL, PROTOCOL_NODE],
    builtins: SHELL_BUILTINS,
    others: ["hpke"],
    relative: ["core", "way to an anchor", "way to evidence", "way to a helper", "way to the host"],
  },
  { ...open, name: "mock", path: "untrusted/host/src/enclave/mock.ts", ours: [FRAME, ENCLAVE], relative: ["host"] },
  // Finds the bundle, which it reads and never loads.
  {
    ...open,
    name: "bundle",
    path: "untrusted/host/src/enclave/bundle.ts",
    ours: [ENCLAVE_BUNDLE],
    relative: ["host"],
  },
  { ...open, name: "host", path: "untrusted/host/", ours: [FRAME, WEB_PAGE], relative: ["mock", "bundle"] },
  {
    ...open,
    name: "client in Node",
    path: "user/client/src/node/",
    ours: [PROTOCOL, PROTOCOL_NODE],
    relative: ["client"],
  },
  { ...open, name: "client", path: "user/client/", ours: [PROTOCOL], builtins: [], banned: NODE_GLOBALS },
  {
    ...open,
    name: "cli",
    path: "user/cli/",
    // The page is served, and never loaded.
    ours: [CLIENT, CLIENT_NODE, CLIENT_ATTESTATION, CLIENT_DISPLAY, CLIENT_KEYS, WEB_PAGE],
  },
  { ...open, name: "web", path: "user/web/", ours: [CLIENT, CLIENT_KEYS], builtins: [] },
  { ...open, name: "testing", path: "testing/", ours: "any", others: "tools", relative: "any" },
  { ...open, name: "bench", path: "bench/", ours: [PROTOCOL, FRAME, ENCLAVE, CLIENT, CLIENT_NODE], others: "tools" },
]

/** Lets a file load what its text does not name, so only tools may have it. */
export const LOADER_BUILTIN = "node:module"

export function zoneOf(file: string): Zone | undefined {
  return zones.find(({ path }) => file.startsWith(path))
}

/** A test, or a probe: a program that a test starts to see what it may do. */
export function isTest(file: string): boolean {
  return /\.(test|probe)\.[cm]?[jt]s$/.test(file)
}
