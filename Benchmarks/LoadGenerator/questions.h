/*
 * The questions of a corpus and the answers that are right: the file `questions` of countersign-corpus, kept in memory as it is.
 */
#ifndef QUESTIONS_H
#define QUESTIONS_H

#include <stddef.h>
#include <stdint.h>

struct question {
  uint16_t size;
  /* Numbers of the proto's enums. */
  uint8_t decision, reason;
  const uint8_t *message;
};

struct questions {
  struct question *list;
  size_t count;
  /* Without a divisor in common with the count: stepping by it, a short run too asks about keys and roles of all kinds. */
  size_t step;
};

/* Ends the program with a message when the file cannot be read. */
struct questions questions_read(const char *path);

#endif
