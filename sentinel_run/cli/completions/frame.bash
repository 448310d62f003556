# Completion of sentinel-run for bash, made by `sentinel-run completion bash`. Nothing in it starts sentinel-run.
# shellcheck shell=bash

# What there is at a place of the command line, which the words of the subcommand name: `` (the program itself),
# `show`, `config init`. flags stand alone, valued want a value, bare may have one; verbs are subcommands, words
# are operands, files says that operands are files, runs that they are another program and its words.
_sentinel_run_at() {
    flags='' valued='' bare='' verbs='' words='' files='' runs=''
    case $1 in
# @TABLES@
    esac
}

# What may follow an option, by place and name: words, or FILES.
_sentinel_run_values() {
    case $1 in
# @VALUES@
    esac
}

# The words that the shell sees. bash cuts them at `=` and `:` too (COMP_WORDBREAKS); origin[n] is where word n
# begins among bash's, at is the one with the cursor.
_sentinel_run_split() {
    local rest=$COMP_LINE piece index=0
    line=() origin=() at=0
    for piece in "${COMP_WORDS[@]}"; do
        if [[ $index -eq 0 || $rest == [[:space:]]* ]]; then
            line+=("$piece") origin+=("$index")
        else
            line[${#line[@]} - 1]+=$piece
        fi
        rest=${rest#"${rest%%[![:space:]]*}"}
        rest=${rest#"$piece"}
        ((index == COMP_CWORD)) && at=$((${#line[@]} - 1))
        ((index += 1))
    done
}

# Another program's turn, from word $1 on.
_sentinel_run_other() {
    if declare -F _command_offset >/dev/null; then
        _command_offset "${origin[$1]}"
    elif (($1 == at)); then
        mapfile -t COMPREPLY < <(compgen -c -- "$cur")
    else
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    fi
}

# The values of option $1 at place $2 that begin with $3.
_sentinel_run_value() {
    local choices=''
    _sentinel_run_values "$2 $1"
    if [[ $choices == FILES ]]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$3")
    else
        mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$3")
    fi
    # Where bash does not cut at `=`, the whole word is replaced.
    [[ -n $4 && $COMP_WORDBREAKS != *=* ]] && COMPREPLY=("${COMPREPLY[@]/#/$1=}")
    return 0
}

_sentinel_run() {
    local flags valued bare verbs words files runs place='' cur word last index=1 at
    local -a line origin
    _sentinel_run_split
    cur=${line[at]}
    COMPREPLY=()
    _sentinel_run_at "$place"
    while ((index < at)); do
        word=${line[index]}
        case $word in
        --)
            [[ -n $runs ]] && _sentinel_run_other $((index + 1)) && return
            ;;
        --*=*) ;;
        -*)
            last=$word
            # In `-qe` the last letter decides whether a value follows; in `-eprod` it has been given.
            [[ $word != --* ]] && last=-${word: -1}
            [[ $word != --* && ${#word} -gt 2 && " $valued " == *" ${word:0:2} "* ]] && last=''
            if [[ " $valued " == *" $last "* || " $bare " == *" $last "* && ${line[index + 1]} != -* ]]; then
                if ((index + 1 == at)); then
                    _sentinel_run_value "$last" "$place" "$cur"
                    [[ " $valued " == *" $last "* || ${#COMPREPLY[@]} -gt 0 ]] && return
                fi
                ((index += 1))
            fi
            ;;
        *)
            if [[ " $verbs " == *" $word "* ]]; then
                place=${place:+$place }$word
                _sentinel_run_at "$place"
            elif [[ -n $runs ]]; then
                _sentinel_run_other "$index"
                return
            fi
            ;;
        esac
        ((index += 1))
    done
    case $cur in
    --*=*)
        _sentinel_run_value "${cur%%=*}" "$place" "${cur#*=}" attached
        ;;
    -*)
        mapfile -t COMPREPLY < <(compgen -W "$flags $valued $bare" -- "$cur")
        ;;
    *)
        if [[ -n $runs ]]; then
            _sentinel_run_other "$at"
        elif [[ -n $files ]]; then
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        fi
        local -a own
        mapfile -t own < <(compgen -W "$verbs $words" -- "$cur")
        COMPREPLY+=("${own[@]}")
        ;;
    esac
}

complete -F _sentinel_run sentinel-run
