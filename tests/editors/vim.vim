" Writes what a spec is coloured as: for each line, each character's group, as JSON. Paths come from the environment.
set nocompatible
let &runtimepath = $CNN_EDITORS . '/vim,' . &runtimepath
filetype plugin on
syntax on
execute 'edit' fnameescape($CNN_SPEC)
let s:lines = []
for s:line in range(1, line('$'))
  let s:columns = range(1, strlen(getline(s:line)))
  call add(s:lines, map(s:columns, {_, column -> synIDattr(synID(s:line, column, 1), 'name')}))
endfor
let s:told = {'filetype': &filetype, 'comments': &commentstring, 'indent': &shiftwidth, 'lines': s:lines}
call writefile([json_encode(s:told)], $CNN_OUT)
qall!
