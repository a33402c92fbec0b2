# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# To be sourced: build_quietly LOG PRESET [TARGET...] configures and builds a preset, or some of it, and says nothing but
# how far it has come, on standard error: one line that is wiped at the end on a terminal, and otherwise a line every ten seconds.  What
# CMake, ninja and the compiler say is in the log, which is shown when the build fails.  Needs the root of the project
# as the current directory.
build_quietly() {
  local log=$1 preset=$2 targets=("${@:3}")
  mkdir -p "$(dirname "$log")"
  if {
    { [[ build/$preset/build.ninja -nt CMakePresets.json ]] || cmake --preset "$preset"; } &&
      NINJA_STATUS='[%f/%t] ' cmake --build "build/$preset" --parallel "$(nproc)" \
        ${targets[@]:+--target "${targets[@]}"}
  } 2>&1 | tee "$log" | show_progress; then
    return
  fi
  cat "$log" >&2
  echo "tools/$(basename "$0"): the build failed" >&2
  return 1
}

# Reads the lines of ninja, which begin with [finished/all], and shows the last counter.
show_progress() {
  local line="" part counter="" said=$SECONDS shown=false status
  while true; do
    IFS= read -r -t 1 part && status=0 || status=$?
    line+=$part
    if ((status == 0)); then
      if [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]]; then
        counter="building: ${BASH_REMATCH[1]} of ${BASH_REMATCH[2]} steps"
        if [[ -t 2 ]]; then
          printf '\r%s ' "$counter" >&2
          shown=true
        fi
      fi
      line=""
    elif ((status <= 128)); then
      break  # the end; more than 128 means that nothing came for a second
    fi
    if [[ ! -t 2 && -n $counter ]] && ((SECONDS - said >= 10)); then
      echo "$counter" >&2
      said=$SECONDS
    fi
  done
  if $shown; then printf '\r\033[K' >&2; fi
}
