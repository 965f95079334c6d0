#!/usr/bin/env bash
# Everybody asks for every result, and for the keys that matched.
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

for name in "${people[@]}"; do
  step "$name" get-result AvgComp
  case $name in
    DENISE) refused NOT_AUTHORISED DENISE get-result MaxComp ;;
    *) refused QUORUM_NOT_REACHED "$name" get-result MaxComp ;;
  esac
  case $name in
    ALICE) refused NOT_AUTHORISED ALICE get-result MinComp ;;
    *) step "$name" get-result MinComp ;;
  esac
  refused CHECK_INBOX "$name" get-result KeyMatcher
  refused COMPUTATION_DOES_NOT_EXIST "$name" get-result NO_SUCH_COMP
  step "$name" get-matches
done
