#!/usr/bin/env bash
# Everybody submits. Some submissions are refused, because their sender does not take part.
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

# The second number of ALICE supersedes her first.
step ALICE submit-value AvgComp 10
step ALICE submit-value AvgComp 20
step BOB submit-value AvgComp 40
step CHARLEY submit-value AvgComp 100
step DENISE submit-value AvgComp 20

# Only one of the two that the quorum asks for.
refused NOT_AUTHORISED DENISE submit-value MaxComp 10
step ALICE submit-value MaxComp 5

refused NOT_AUTHORISED ALICE submit-value MinComp 2
step BOB submit-value MinComp 4
step CHARLEY submit-value MinComp 8
step DENISE submit-value MinComp 1

step ALICE submit-value KeyMatcher KEYABC "Alice first message"
step ALICE submit-value KeyMatcher KEYABC "Alice second message"
step BOB submit-value KeyMatcher KEYABC "Bob has it too"
step CHARLEY submit-value KeyMatcher KEYABC "Charley as well"
step DENISE submit-value KeyMatcher KEYXYZ "Denise asks who else"
step CHARLEY submit-value KeyMatcher KEYXYZ "Charley does"
