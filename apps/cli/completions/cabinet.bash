# Completion of cabinet for bash 4 and later: source <(cabinet completion bash)

_cabinet() {
  local line
  local -a answer=()
  COMPREPLY=()
  # The target of a redirection is a file, whatever the command.
  case ${COMP_WORDS[COMP_CWORD]-} in *[\<\>]*) compopt -o default; return ;; esac
  case ${COMP_WORDS[COMP_CWORD - 1]-} in *[\<\>]*) compopt -o default; return ;; esac
  while IFS= read -r line; do
    answer+=("$line")
  done < <(command cabinet complete bash -- "$2" "${COMP_LINE:0:COMP_POINT}" 2>/dev/null </dev/null)
  case ${answer[0]-} in
    words) COMPREPLY=("${answer[@]:1}") ;;
    files) compopt -o bashdefault -o default ;;
    folders) compopt -o dirnames ;;
    command) _cabinet_other_command "$2" ;;
  esac
}

# What stands behind `--` is completed as that command has it.
_cabinet_other_command() {
  local line offset=1
  while [[ ${COMP_WORDS[offset]-} != -- && offset -lt COMP_CWORD ]]; do
    ((offset += 1))
  done
  ((offset += 1))
  if declare -F _comp_command_offset >/dev/null; then
    _comp_command_offset "$offset"
  elif declare -F _command_offset >/dev/null; then
    _command_offset "$offset"
  else
    if ((offset == COMP_CWORD)); then
      while IFS= read -r line; do
        COMPREPLY+=("$line")
      done < <(compgen -c -- "$1")
    fi
    compopt -o bashdefault -o default
  fi
}

complete -F _cabinet cabinet
