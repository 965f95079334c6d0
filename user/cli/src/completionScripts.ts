/*
 * What a shell asks for completion with. What is on the line, and what lies in the folder, may come from anybody: nothing
 * here evaluates either. compgen and eval would.
 */
import { script } from "@bomb.sh/tab"

const COMMAND = "event-client"

/** bash takes `=` and `:` for words of their own (COMP_WORDBREAKS), which are put together again. */
const bash = `# bash completion for ${COMMAND}
__event_client_complete() {
    local word out line before joins=
    local -a typed=()
    for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
        if [[ -n $word && \${#typed[@]} -gt 0 && ( -n $joins || $word == [=:]* ) ]]; then
            typed[\${#typed[@]}-1]+=$word
        else
            typed+=("$word")
        fi
        joins=
        if [[ $word == [=:]* ]]; then joins=yes; fi
    done
    out=$(${COMMAND} complete -- "\${typed[@]}" 2>/dev/null)
    # What bash itself replaces is what stands behind the last of those signs.
    before=\${typed[\${#typed[@]}-1]}
    if [[ $word != [=:]* ]]; then before=\${before%"$word"}; fi
    before=\${before##*=}
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            :0) compopt -o default 2>/dev/null ;;
            :*) ;;
            ?*) line=\${line%%$'\\t'*}; COMPREPLY+=("\${line#"$before"}") ;;
        esac
    done <<< "$out"
}
complete -F __event_client_complete ${COMMAND}
`

/** It is a function that is loaded when it is first called, or a script that is read. */
const zsh = `#compdef ${COMMAND}
# zsh completion for ${COMMAND}
_event-client() {
    local out line directive= tab=$'\\t'
    local -a typed offers
    typed=("\${(@Q)words[2,CURRENT]}")
    out=$(${COMMAND} complete -- "\${typed[@]}" 2>/dev/null)
    while IFS= read -r line; do
        case $line in
            :*) directive=$line ;;
            ?*) offers+=("\${\${line%%$tab*}//:/\\\\:}:\${line#*$tab}") ;;
        esac
    done <<< "$out"
    compset -P '-*='
    if (( $#offers )); then
        _describe '${COMMAND}' offers
    elif [[ $directive == :0 ]]; then
        _files
    fi
}
if [[ \${funcstack[1]} == _event-client ]]; then
    _event-client "$@"
else
    compdef _event-client ${COMMAND}
fi
`

/**
 * Writes the script for a shell, of those in `shells`. PowerShell has none: what there is for it evaluates the line, and
 * nobody has tried another.
 */
export function printScript(shell: Shell): void {
  if (shell === "fish") script(shell, COMMAND, COMMAND)
  else process.stdout.write(own[shell])
}

const own = { bash, zsh } as const

export type Shell = keyof typeof own | "fish"

export const shells: readonly Shell[] = ["bash", "zsh", "fish"]
