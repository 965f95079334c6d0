#!/usr/bin/env bash
# ALICE sets up four computations. She convenes MinComp without taking part in it.
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

step ALICE create-computation AvgComp avg 3 ALICE,BOB,CHARLEY,DENISE
step ALICE create-computation MaxComp max 2 ALICE,BOB,CHARLEY
step ALICE create-computation MinComp min 3 BOB,CHARLEY,DENISE
step ALICE create-computation KeyMatcher key 2 ALICE,BOB,CHARLEY,DENISE
