/* Every block begins with a header that names its class, so that it can be freed without its size. */
#include "block_pool.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
  STEP = 32,    /* Classes are multiples of it. */
  CLASSES = 16, /* Larger blocks are malloc's own. */
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
  KEPT = 0, /* So that the sanitizer sees the use of what was freed. */
#else
  KEPT = 256, /* Blocks of a class that a thread keeps. */
#endif
};

typedef struct block {
  alignas(max_align_t) union {
    size_t capacity;
    struct block *next; /* While it is free. */
  };
} block;

static __thread struct {
  block *first;
  unsigned count;
} kept[CLASSES];

void *countersign_block_allocate(size_t size, void *data) {
  (void)data;
  size_t class = size ? (size - 1) / STEP : 0;
  if (class < CLASSES) {
    size = (class + 1) * STEP;
    block *block = kept[class].first;
    if (block) {
      kept[class].first = block->next;
      kept[class].count--;
      block->capacity = size;
      return block + 1;
    }
  }
  if (size > SIZE_MAX - sizeof(block)) return NULL;
  block *block = malloc(sizeof *block + size);
  if (!block) return NULL;
  block->capacity = size;
  return block + 1;
}

void *countersign_block_clear(size_t count, size_t size, void *data) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) return NULL;
  void *memory = countersign_block_allocate(bytes, data);
  return memory ? memset(memory, 0, bytes) : NULL;
}

void *countersign_block_resize(void *memory, size_t size, void *data) {
  if (!memory) return countersign_block_allocate(size, data);
  size_t capacity = ((block *)memory - 1)->capacity;
  if (size <= capacity) return memory;
  void *larger = countersign_block_allocate(size, data);
  if (!larger) return NULL;
  memcpy(larger, memory, capacity);
  countersign_block_free(memory, data);
  return larger;
}

void countersign_block_free(void *memory, void *data) {
  (void)data;
  if (!memory) return;
  block *block = (struct block *)memory - 1;
  size_t class = (block->capacity - 1) / STEP;
  if (class >= CLASSES || kept[class].count >= KEPT) return free(block);
  block->next = kept[class].first;
  kept[class].first = block;
  kept[class].count++;
}
