#pragma once
#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * A capped bump allocator for decoding one message on this thread.
 *
 * A protobuf message can unpack to more than fifty times its wire size (empty submessages), so the cap is on what is
 * unpacked. Freeing is a no-op; everything goes at the next countersign_arena_begin of the same thread. A message that
 * was unpacked into the arena must not be used after that.
 */

/* Forgets what this thread's arena held and returns the allocator for the next message; NULL without memory. */
ProtobufCAllocator *countersign_arena_begin(void);

/* Whether an allocation has failed for want of room since the last begin: the message was too big, not malformed. */
bool countersign_arena_exhausted(void);

/* The most bytes that one message may unpack to. */
#define COUNTERSIGN_ARENA_CAPACITY ((size_t)32 << 20)
