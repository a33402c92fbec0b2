# SPDX-License-Identifier: Apache-2.0
# Completion for bash 4.3 and later: the program itself says what fits.

_stayalive() {
  local program=${COMP_WORDS[0]} words=() blank rest piece prefix files candidate about
  local -i at=0 i
  # bash parts words at = and :, which stand within options and boxes: what no blank parts is one word.
  for ((i = 0; i <= COMP_CWORD; ++i)); do
    piece=${COMP_WORDS[i]}
    rest=${COMP_LINE:at}
    blank=${rest%%[![:space:]]*}
    at+=$((${#blank} + ${#piece}))
    if ((i < 2)) || [[ -n $blank ]]; then
      words+=("$piece")
    else
      words[-1]+=$piece
    fi
  done
  local current=${words[-1]}
  # Of such a word bash replaces only the last part.
  prefix=""
  if [[ $COMP_WORDBREAKS == *[=:]* ]]; then prefix=${current%"${current##*[=:]}"}; fi

  COMPREPLY=()
  files=none
  {
    read -r _ files
    while IFS=$'\t' read -r candidate about; do
      COMPREPLY+=("${candidate#"$prefix"}")
    done
  } < <("$program" complete "${words[@]:1}" 2>/dev/null)
  if ((${#COMPREPLY[@]} == 1)) && [[ ${COMPREPLY[0]} == *[=:,] ]]; then compopt -o nospace; fi

  if [[ $files == none ]]; then
    for i in "${!COMPREPLY[@]}"; do printf -v "COMPREPLY[$i]" %q "${COMPREPLY[i]}"; done
    return
  fi
  compopt -o filenames
  while read -r candidate; do
    if [[ $files == any || $candidate == *.json || -d $candidate ]]; then COMPREPLY+=("$candidate"); fi
  done < <(compgen -f -- "${current#"$prefix"}")
}

complete -F _stayalive stayalive
