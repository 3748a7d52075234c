# Completion of cabinet for fish: cabinet completion fish > ~/.config/fish/completions/cabinet.fish

function __cabinet_complete
    set -l before (commandline -opc)
    set -l raw (commandline -ct)
    set -l typed (string unescape -- $raw)
    # Quotes that are not closed yet cannot be taken away.
    or set typed (string replace -r '^[\'"]' '' -- $raw)
    set -l answer (command cabinet complete fish -- $before[2..] "$typed" 2>/dev/null </dev/null)
    # Empty, but there: a list of nothing would take the paths behind it away.
    set -l start (string replace -r -- '^(--[^=]*=)?.*' '$1' "$typed")
    set -l value (string replace -r -- '^--[^=]*=' '' "$typed")
    switch "$answer[1]"
        case words
            string join -- \n $answer[2..]
        case files
            string join -- \n $start(__fish_complete_path "$value")
        case folders
            string join -- \n $start(__fish_complete_directories "$value" '')
        case command
            # What stands behind `--` is completed as that command has it.
            set -l line $before[(math (contains -i -- -- $before) + 1)..]
            complete -C (string join -- ' ' (string escape -- $line) "$raw")
    end
end

complete -c cabinet -f -k -a '(__cabinet_complete)'
