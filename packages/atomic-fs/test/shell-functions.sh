# Shell functions as scripts use them for state files, with all that is wrong with them: for
# shell-functions.test.ts, which compares them with this package. Not for use. Sourced by bash.

# <file> <text>
write_atomic() {
  local file=$1 text=$2
  echo "$text" >"$file.tmp.$$"
  mv "$file.tmp.$$" "$file"
}

# <file> <text>: the same, with a look at what happens
safe_atomic_write() {
  local file=$1 text=$2
  local side=$file.tmp.$$ problem=
  mkdir -p "$(dirname "$file")"
  if echo "$text" >"$side"; then
    if [[ -s $side ]]; then
      mv "$side" "$file" && return 0
      problem="could not be renamed"
    else
      problem="has nothing in it"
    fi
  else
    problem="could not be written"
  fi
  echo "$side $problem"
  rm -f "$side"
  return 1
}

# <json file> <jq program>
update_json_atomic() {
  local file=$1 program=$2
  # `local` hides how the commands end: that is one of the faults.
  local old=$(cat "$file")
  local new=$(jq "$program" < <(echo "$old"))
  write_atomic "$file" "$new"
}

# <markdown file> <field> <value>
update_markdown_section() {
  local file=$1 field=$2 value=$3
  cat <"$file" | sed -e "s/^${field}:.*/${field}: ${value}/" >"$file.tmp.$$"
  mv "$file.tmp.$$" "$file"
}

# <file>: fails when there are temporary files, and prints them
check_for_corruption() {
  local found=$(ls "$1.tmp."* 2>/dev/null)
  [[ -z $found ]] && return 0
  echo "there are temporary files: $found"
  return 1
}

# <file>
validate_file() {
  case $1 in
    *.json*) jq empty "$1" 2>/dev/null ;;
    *) test -s "$1" ;;
  esac
}

# <file>: fails when there was nothing to put in its place
recover_from_corruption() {
  local file=$1
  local newest=$(ls -t "$file.tmp."* 2>/dev/null | head -n 1)
  [[ -n $newest ]] || return 1
  if ! validate_file "$newest"; then
    echo "not valid, so all are removed"
    rm -f "$file.tmp."*
    return 1
  fi
  echo "to be put in place: $newest"
  mv "$newest" "$file"
  # Even when that failed.
  return 0
}
