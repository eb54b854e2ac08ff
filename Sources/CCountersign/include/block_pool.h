#pragma once
#include <stddef.h>

/*
 * Small blocks for HTTP/2 sessions, in the shape of nghttp2's allocator functions; `data` is not used.
 *
 * A session asks for half a dozen small blocks for each call and frees them a moment later, many calls at a time: more
 * than the C library keeps at hand for a thread. A thread keeps those that were freed on it, up to a bound, for the next
 * call. Blocks come from malloc and may be freed on any thread.
 */
void *countersign_block_allocate(size_t size, void *data);
void *countersign_block_clear(size_t count, size_t size, void *data);
void *countersign_block_resize(void *block, size_t size, void *data);
void countersign_block_free(void *block, void *data);
