/*
 * What keeps the page to itself: it runs no script but its own, and asks nothing of anybody but the host.
 */

/** A policy cannot name an IPv6 address (CSP level 3, section 2.3.1). */
const local = ["http://localhost:*", "http://127.0.0.1:*"]

function policy(connect: readonly string[], more: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    `connect-src ${connect.join(" ")}`,
    "form-action 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types svelte-trusted-html",
    ...more,
  ].join("; ")
}

/** For the page itself, whoever serves it: it reaches hosts wherever they are. A page cannot forbid frames by itself. */
export const filePolicy = policy(["'self'", "https:", ...local], [])

/** For whoever serves the page and is the way to the host as well: both policies then hold, and so the narrower one. */
export const pageHeaders: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": policy(["'self'"], ["frame-ancestors 'none'"]),
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
}
