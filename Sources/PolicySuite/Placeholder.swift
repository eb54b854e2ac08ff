// [to be written]
