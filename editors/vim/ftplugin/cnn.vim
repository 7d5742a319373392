" Settings for .cnn files; the language server comes from a plugin, see docs/editors.md.
if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1

setlocal commentstring=#\ %s comments=:#
setlocal shiftwidth=2 softtabstop=2 expandtab
setlocal formatprg=cnn\ fmt\ -
setlocal makeprg=cnn\ check\ --output-format\ concise\ %:S
setlocal errorformat=%f:%l:%c:\ %m

let b:undo_ftplugin = 'setlocal commentstring< comments< shiftwidth< softtabstop< expandtab< formatprg< makeprg< errorformat<'
