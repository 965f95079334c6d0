#!/usr/bin/env bash
# Fresh identities for the four, and the cards by which they know one another.
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

mkdir -p "$folder"
remove_identities

config=$folder/EventManagerClient.properties
if [ ! -e "$config" ]; then
  # Evidence of a mock enclave is signed by nobody, and the hash of nobody's key is written as zeros.
  printf 'constraint=S:%064d PROD:1 SEC:INSECURE\n' 0 >"$config"
  echo "Wrote a constraint that accepts a host in mock mode: EventManagerClient.properties"
fi

for name in "${people[@]}"; do
  step "$name" share-identity
done
