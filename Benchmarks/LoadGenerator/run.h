/*
 * What one run is to do, and what came of it: shared by all connections of the one thread.
 */
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "questions.h"

struct run {
  struct questions questions;
  size_t requests;
  /* Of each connection. */
  size_t streams;
  /* Requests a second; 0: as fast as answers come. */
  double rate;
  /* Whether an answer's decision and reason are compared; its status and framing always are. */
  bool checks;

  int64_t begin;
  size_t started, finished;
  /* No answer, or one with another status than OK. */
  size_t failed;
  /* An answer with another decision or reason than the right one. */
  size_t wrong;
  /* Nanoseconds from start to end of each finished request. */
  uint32_t *times;
};

static inline int64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/*
 * When the next request is due. With a rate a late request counts from when it was due, not from when it left: a server
 * that stands still is not rewarded with fewer questions.
 */
static inline int64_t run_next_due(const struct run *run, int64_t now) {
  return run->rate > 0 ? run->begin + (int64_t)((double)run->started * 1e9 / run->rate) : now;
}

#endif
