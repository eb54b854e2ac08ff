/*
 * The arena is one reservation of address space per thread. Pages cost memory only once they are touched, and those
 * beyond what an ordinary message needs are given back before the next one.
 */
#define _GNU_SOURCE
#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <sys/mman.h>

enum { KEPT = 256 << 10 };

static __thread struct {
  uint8_t *base;
  size_t used;
  bool exhausted;
} arena;

static void *arena_alloc(void *data, size_t size) {
  (void)data;
  const size_t align = alignof(max_align_t);
  if (size > COUNTERSIGN_ARENA_CAPACITY - arena.used) {
    arena.exhausted = true;
    return NULL;
  }
  void *result = arena.base + arena.used;
  /* Capacity is a multiple of the alignment, so that rounding up never passes it. */
  arena.used += (size + align - 1) & ~(align - 1);
  return result;
}

static void arena_free(void *data, void *pointer) {
  (void)data;
  (void)pointer;
}

static ProtobufCAllocator allocator = {.alloc = arena_alloc, .free = arena_free, .allocator_data = NULL};

ProtobufCAllocator *countersign_arena_begin(void) {
  if (!arena.base) {
    void *map = mmap(NULL, COUNTERSIGN_ARENA_CAPACITY, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (map == MAP_FAILED) return NULL;
    arena.base = map;
  } else if (arena.used > KEPT) {
    madvise(arena.base + KEPT, arena.used - KEPT, MADV_DONTNEED);
  }
  arena.used = 0;
  arena.exhausted = false;
  return &allocator;
}

bool countersign_arena_exhausted(void) { return arena.exhausted; }
