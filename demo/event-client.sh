#!/usr/bin/env bash
# event-client among the demo's identities, from whatever folder it is called in.
#   EVENT_CLIENT            another executable to run instead of the sources in user/cli
#   EVENT_MANAGER_DEMO_DIR  another folder for the identities than demo/identities
#   EVENT_MANAGER_SERVER    the host's URL, where it is not the client's default
set -euo pipefail
demo=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=${EVENT_MANAGER_DEMO_DIR:-$demo/identities}

if [ -n "${EVENT_CLIENT:-}" ]; then
  # A path is meant from where we were called, not from the folder we are about to enter.
  client=("$(command -v "$EVENT_CLIENT")") || { echo "demo: cannot run EVENT_CLIENT, $EVENT_CLIENT" >&2; exit 1; }
  case ${client[0]} in /*) ;; *) client=("$PWD/${client[0]}") ;; esac
else
  node=$demo/../node_modules/.bin/node
  [ -x "$node" ] || { echo "demo: $node is missing; run 'npm ci' first" >&2; exit 1; }
  client=("$node" --disable-warning=ExperimentalWarning "$demo/../user/cli/src/main.ts")
fi
if [ -n "${EVENT_MANAGER_SERVER:-}" ]; then client+=(-s "$EVENT_MANAGER_SERVER"); fi

mkdir -p "$folder"
cd "$folder"
exec "${client[@]}" "$@"
