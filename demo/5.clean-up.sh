#!/usr/bin/env bash
# Removes the identities, their cards and what their clients remember.
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

remove_identities
echo "Removed the identities and cards of ${people[*]}"
