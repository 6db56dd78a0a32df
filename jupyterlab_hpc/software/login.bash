# What a login shell of JupyterLab's terminal reads instead of its own files.
#
# A login shell reads /etc/profile, and Debian's sets PATH anew: the session's
# modules would be listed as loaded while their programs are not found. So this
# reads the same files in the same order, then puts back what PATH lost, unless
# the user's own files changed the modules: then theirs count.

__hpc_path=$PATH
__hpc_modules=${LOADEDMODULES-}

[ -r /etc/profile ] && . /etc/profile
for __hpc_file in ~/.bash_profile ~/.bash_login ~/.profile; do
  if [ -r "$__hpc_file" ]; then
    . "$__hpc_file"
    break
  fi
done

if [ "${LOADEDMODULES-}" = "$__hpc_modules" ]; then
  __hpc_lost=
  while IFS= read -r -d : __hpc_entry; do
    case ":$PATH:" in
      *":$__hpc_entry:"*) ;;
      *) [ -n "$__hpc_entry" ] && __hpc_lost=$__hpc_lost$__hpc_entry: ;;
    esac
  done <<< "$__hpc_path:"
  PATH=$__hpc_lost$PATH
fi
unset __hpc_path __hpc_modules __hpc_file __hpc_entry __hpc_lost
