# SPDX-License-Identifier: Apache-2.0
# Completion for fish: the program itself says what fits.

function __stayalive_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l answer ($words[1] complete $words[2..-1] "$current" 2>/dev/null)
    switch "$answer[1]"
        case 'files json'
            __fish_complete_path "$current" | string match --regex '^[^\t]*(?:\.json|/)(?:\t.*)?$'
        case 'files any'
            __fish_complete_path "$current"
    end
    set -e answer[1]
    printf '%s\n' $answer
end

complete -c stayalive -f -a '(__stayalive_complete)'
