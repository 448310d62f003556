# Prints what bash offers at the end of a command line: complete.bash SCRIPT LOADER LINE
# LOADER is bash-completion's own file, or empty for a bash without it.
script=$1 loader=$2 COMP_LINE=$3
[[ -n $loader ]] && source "$loader"
source "$script"
compopt() { :; } # Works only while readline itself is asking.
COMP_POINT=${#COMP_LINE} COMP_TYPE=9
# As readline cuts a line: at blanks, and `=` and `:` are words of their own.
COMP_WORDS=()
for blank in $COMP_LINE; do
    while [[ $blank =~ ^([^=:]*)([=:]+)(.*)$ ]]; do
        [[ -n ${BASH_REMATCH[1]} ]] && COMP_WORDS+=("${BASH_REMATCH[1]}")
        COMP_WORDS+=("${BASH_REMATCH[2]}")
        blank=${BASH_REMATCH[3]}
    done
    [[ -n $blank ]] && COMP_WORDS+=("$blank")
done
[[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_sentinel_run
printf '%s\n' "${COMPREPLY[@]}"
