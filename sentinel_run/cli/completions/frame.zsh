#compdef sentinel-run
# Completion of sentinel-run for zsh, made by `sentinel-run completion zsh`. Nothing in it starts sentinel-run.

# @TABLES@
# Finds the first word that is no option of ours. first is its index, or that of the word with the cursor where none
# comes before it, or more where that one is an option's value; separated says that `--` stands in front.
_sentinel_run_split() {
    local word last
    first=2
    while (( first < CURRENT )); do
        word=${words[first]}
        case $word in
        (--)
            separated=1
            (( first += 1 ))
            return
            ;;
        (--*=*) ;;
        (-*)
            last=$word
            # In `-qe` the last letter decides whether a value follows; in `-eprod` it has been given.
            [[ $word != --* ]] && last=-$word[-1]
            [[ $word != --* && $#word -gt 2 && -n ${valued[(r)$word[1,2]]} ]] && last=
            if [[ -n ${valued[(re)$last]} ]]; then
                (( first += 1 ))
            elif [[ -n ${bare[(re)$last]} && ${words[first+1]} != -* ]] && (( first + 1 < CURRENT )); then
                (( first += 1 ))
            fi
            ;;
        (*) return ;;
        esac
        (( first += 1 ))
    done
}

# The operands of a place with subcommands: a subcommand's name, or what belongs to the subcommand. $1 is the function
# of the place; with $2 any other word is a program to run, whose own completion goes on.
_sentinel_run_operands() {
    local ret=1
    words=("${(@)words[first,-1]}")
    (( CURRENT -= first - 1 ))
    if (( CURRENT > 1 )) && [[ -z $separated && -n ${verbs[(r)${(b)words[1]}:*]} ]]; then
        $1_$words[1]
        return
    fi
    if (( CURRENT == 1 && $#verbs )) && [[ -z $separated ]]; then
        _describe -t commands subcommand verbs && ret=0
    fi
    if [[ -n $2 ]]; then
        _normal -p sentinel-run && ret=0
    fi
    return ret
}

# Loaded by name the file is the function's body; sourced it only makes the functions known.
if [[ ${funcstack[1]} == _sentinel-run ]]; then
    _sentinel_run "$@"
else
    compdef _sentinel_run sentinel-run
fi
