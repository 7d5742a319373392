autocmd BufRead,BufNewFile *.cnn setfiletype cnn
