#include "questions.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>

enum { HEAD = 4 };

static uint8_t *file_bytes(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (!file) err(66, "%s", path);
  if (fseek(file, 0, SEEK_END) != 0) err(66, "%s", path);
  long end = ftell(file);
  rewind(file);
  uint8_t *bytes = end > 0 ? malloc((size_t)end) : NULL;
  if (!bytes || fread(bytes, 1, (size_t)end, file) != (size_t)end) errx(66, "%s: nothing to read", path);
  fclose(file);
  *size = (size_t)end;
  return bytes;
}

struct questions questions_read(const char *path) {
  size_t size;
  /* Kept for as long as the program runs: the questions point into it. */
  const uint8_t *bytes = file_bytes(path, &size);
  struct questions questions = {.list = NULL, .count = 0, .step = 1};
  size_t room = 0;
  for (size_t at = 0; at < size;) {
    if (size - at < HEAD) errx(65, "%s: cut off at byte %zu", path, at);
    struct question question = {
        .size = (uint16_t)(bytes[at] | bytes[at + 1] << 8), .decision = bytes[at + 2], .reason = bytes[at + 3],
        .message = bytes + at + HEAD};
    at += HEAD + question.size;
    if (at > size) errx(65, "%s: cut off at byte %zu", path, size);
    if (questions.count == room) {
      room = room ? 2 * room : 1024;
      questions.list = realloc(questions.list, room * sizeof *questions.list);
      if (!questions.list) err(71, "questions");
    }
    questions.list[questions.count++] = question;
  }
  const size_t prime = 7919;
  if (questions.count % prime != 0) questions.step = prime;
  return questions;
}
