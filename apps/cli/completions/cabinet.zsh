#compdef cabinet
# Completion of cabinet for zsh: cabinet completion zsh > <a folder of fpath>/_cabinet

_cabinet() {
  local typed=$PREFIX line value
  local -a answer described
  # Within quotes a backslash is one.
  [[ -n $compstate[quote] ]] || typed=${(Q)PREFIX}
  answer=("${(@f)$(command cabinet complete zsh -- "${(@Q)words[2,CURRENT-1]}" "$typed" 2>/dev/null </dev/null)}")
  case $answer[1] in
    words)
      for line in "${(@)answer[2,-1]}"; do
        value=${line%%$'\t'*}
        value=${${value//\\/\\\\}//:/\\:}
        described+=("$value:${${line#*$'\t'}//\\/\\\\}")
      done
      _describe -V cabinet described
      ;;
    files)
      [[ $PREFIX == --*=* ]] && compset -P 1 '*='
      _files
      ;;
    folders)
      [[ $PREFIX == --*=* ]] && compset -P 1 '*='
      _files -/
      ;;
    command)
      # What stands behind `--` is completed as that command has it.
      local end=$words[(i)--]
      shift $end words
      ((CURRENT -= end))
      _normal
      ;;
    *) return 1 ;;
  esac
}

if [[ $funcstack[1] == _cabinet ]]; then
  _cabinet "$@"
else
  compdef _cabinet cabinet
fi
