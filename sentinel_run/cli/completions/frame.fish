# Completion of sentinel-run for fish, made by `sentinel-run completion fish`. Nothing in it starts sentinel-run.

# The words of the subcommand that the cursor is in, joined by blanks; `COMMAND N` where another program begins at
# word N. Nothing at the place of an option's value is another program yet.
function __sentinel_run_place
    set -l words (commandline -opc)
    set -l place
    set -l index 2
    while test $index -le (count $words)
        set -l word $words[$index]
        switch $word
            case --
                if contains -- "$place" $__sentinel_run_runs
                    echo COMMAND (math $index + 1)
                    return
                end
            case '--*=*'
            case '-*'
                set -l name $word
                if not string match -q -- '--*' $word
                    # In `-qe` the last letter decides whether a value follows; in `-eprod` it has been given.
                    set name -(string sub -s -1 -- $word)
                    if test (string length -- $word) -gt 2
                        and contains -- "$place "(string sub -l 2 -- $word) $__sentinel_run_valued
                        set name ''
                    end
                end
                if contains -- "$place $name" $__sentinel_run_valued
                    set index (math $index + 1)
                else if contains -- "$place $name" $__sentinel_run_bare
                    and set -q words[(math $index + 1)]
                    and not string match -q -- '-*' $words[(math $index + 1)]
                    set index (math $index + 1)
                end
            case '*'
                set -l further (string trim -- "$place $word")
                if contains -- $further $__sentinel_run_verbs
                    set place $further
                else if contains -- "$place" $__sentinel_run_runs
                    echo COMMAND $index
                    return
                end
        end
        set index (math $index + 1)
    end
    echo $place
end

function __sentinel_run_at
    test "$(__sentinel_run_place)" = "$argv[1]"
end

function __sentinel_run_in_command
    string match -q 'COMMAND *' -- (__sentinel_run_place)
end

# What fish has for the other program.
function __sentinel_run_command
    set -l place (string split ' ' -- (__sentinel_run_place))
    set -l words (commandline -opc)
    set -l before
    if test $place[2] -le (count $words)
        set before (string escape -- $words[$place[2]..-1])
    end
    complete -C (string join ' ' -- $before (commandline -ct))
end

# Programs that could be meant, at a word that is no option.
function __sentinel_run_programs
    string match -q -- '-*' (commandline -ct)
    or complete -C (commandline -ct)
end

# @TABLES@
complete -c sentinel-run -f
complete -c sentinel-run -n __sentinel_run_in_command -x -a '(__sentinel_run_command)'
