# Sourced by the numbered scripts: who takes part, where their files are, and steps that check their own outcome.
set -euo pipefail
demo=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=${EVENT_MANAGER_DEMO_DIR:-$demo/identities}
people=(ALICE BOB CHARLEY DENISE)

# step NAME COMMAND…: this must succeed.
step() {
  attempt "$@"
  [ "$status" -eq 0 ] || stop "that should have succeeded, but its exit status is $status"
}

# refused CODE NAME COMMAND…: the enclave must refuse this, with that code. Any other failure is a failure of the demo.
refused() {
  local code=$1
  shift
  attempt "$@"
  [ "$status" -eq 1 ] || stop "that should have been refused with $code, but its exit status is $status"
  grep -Eq "(^|\. )$code[:.] " <<<"$output" || stop "that should have been refused with $code"
}

# Shows a command line and what comes of it; leaves its output and status in variables of these names.
attempt() {
  local word line=
  for word in "$@"; do
    case $word in *' '*) line+=" \"$word\"" ;; *) line+=" $word" ;; esac
  done
  printf '$ event-client%s\n' "$line"
  status=0
  output=$("$demo/event-client.sh" "$@" 2>&1) || status=$?
  [ -z "$output" ] || printf '%s\n' "$output"
}

stop() {
  echo "demo: $1" >&2
  case $output in *COMPUTATION_ALREADY_EXISTS*) echo "demo: this host has run the demo before; restart it" >&2 ;; esac
  exit 1
}

# All that the four leave in the folder. What the client trusts, EventManagerClient.properties, stays.
remove_identities() {
  local name
  for name in "${people[@]}"; do
    rm -f "$folder/$name".{identity.pem,conclave,client.json,lock}
  done
}
