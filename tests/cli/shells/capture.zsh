# Sourced by an interactive zsh: ^O writes what completion offers for the line into $MATCHES, and a last line DONE.
autoload -Uz compinit
compinit -u -D
zmodload zsh/zutil
compadd() {
    local -a hits
    # Calls that only look (`-O`, `-A`, `-D`) are _describe's and _arguments' own affair.
    if [[ ${@[1,(i)(-|--)]} == *-[OAD]* ]]; then
        builtin compadd "$@"
        return
    fi
    builtin compadd -A hits "$@"
    print -rl -- $hits >>$MATCHES
    builtin compadd "$@"
}
offered() {
    _main_complete
    compstate[insert]='' compstate[list]=''
    print DONE >>$MATCHES
}
zle -C offered complete-word offered
bindkey '^O' offered # No other binding begins so, for which zsh would wait.
PROMPT='ready> '
